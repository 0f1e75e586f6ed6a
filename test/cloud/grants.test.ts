import { DescribeStacksCommand } from '@aws-sdk/client-cloudformation';
import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { DecryptCommand, EncryptCommand, KMSClient } from '@aws-sdk/client-kms';
import { GetFunctionConfigurationCommand } from '@aws-sdk/client-lambda';
import { ListExecutionsCommand, SFNClient, StartExecutionCommand } from '@aws-sdk/client-sfn';
import { AssumeRoleCommand } from '@aws-sdk/client-sts';
import {
  BatchGetCommand,
  DeleteCommand,
  DynamoDBDocumentClient,
  GetCommand,
  PutCommand,
  QueryCommand,
  ScanCommand,
  UpdateCommand,
} from '@aws-sdk/lib-dynamodb';
import { aws, clientConfiguration, functionName, SERVICE_STACK } from './support/aws.ts';
import { seedKey, seedTable } from './support/seeds.ts';
import { stack } from './support/stack.ts';

/** One or two of each kind: what each function is granted is in `test/infra/grants.test.ts`, here it is enforced. */
const FUNCTIONS = ['enrol-device', 'verify-otp', 'apply-change', 'reconcile-changes', 'decide-change', 'get-me'];

/** The clients of whoever got into this function. */
async function inside(folder: string) {
  const { Role, Environment } = await aws
    .lambda()
    .send(new GetFunctionConfigurationCommand({ FunctionName: await functionName(folder) }));
  const { Credentials } = await aws.sts().send(new AssumeRoleCommand({ RoleArn: Role, RoleSessionName: 'grants' }));
  const configuration = {
    ...clientConfiguration(),
    maxAttempts: 1,
    credentials: {
      accessKeyId: Credentials?.AccessKeyId ?? '',
      secretAccessKey: Credentials?.SecretAccessKey ?? '',
      sessionToken: Credentials?.SessionToken ?? '',
    },
  };
  return {
    table: DynamoDBDocumentClient.from(new DynamoDBClient(configuration)),
    kms: new KMSClient(configuration),
    states: new SFNClient(configuration),
    environment: Environment?.Variables ?? {},
  };
}

const denied = { name: expect.stringMatching(/AccessDenied/) };

async function recordTableName(): Promise<string> {
  const { Stacks } = await aws.cloudFormation().send(new DescribeStacksCommand({ StackName: SERVICE_STACK }));
  const output = Stacks?.[0]?.Outputs?.find(({ OutputKey }) => OutputKey === 'RecordTableName');
  if (!output?.OutputValue) throw new Error('The stack does not name the record');
  return output.OutputValue;
}

/** The functions that touch the table of seeds, each with all that it may do there. */
const ON_SEEDS: Readonly<Record<string, readonly string[]>> = {
  'enrol-device': ['read', 'put'],
  'verify-otp': ['read'],
  'apply-change': ['delete'],
  'reconcile-changes': ['delete'],
};

const key = { pk: 'COMPANY#grants#TOKEN#grants', sk: 'EVENT#000000000001' };

it.each(FUNCTIONS)(
  'whoever got into %s can neither change nor delete nor scan anything of the record, nor scan the table',
  async (folder) => {
    const { table } = await inside(folder);
    const record = await recordTableName();
    const attempts = [
      () =>
        table.send(
          new UpdateCommand({
            TableName: record,
            Key: key,
            UpdateExpression: 'SET a = :a',
            ExpressionAttributeValues: { ':a': 1 },
          }),
        ),
      () => table.send(new DeleteCommand({ TableName: record, Key: key })),
      () => table.send(new ScanCommand({ TableName: record })),
      () => table.send(new ScanCommand({ TableName: stack().tableName })),
    ];
    for (const attempt of attempts) await expect(attempt()).rejects.toMatchObject(denied);
  },
);

describe('seeds', () => {
  async function sealed() {
    const { kms, environment } = await inside('enrol-device');
    const EncryptionContext = { companyId: 'grants', tokenId: 'grants' };
    const { CiphertextBlob } = await kms.send(
      new EncryptCommand({
        KeyId: environment.SEED_KEY_ARN,
        Plaintext: new TextEncoder().encode('seed'),
        EncryptionContext,
      }),
    );
    return { CiphertextBlob, EncryptionContext };
  }

  it.each(['enrol-device', 'verify-otp'])('are opened by %s, and not for another token', async (folder) => {
    const { kms } = await inside(folder);
    const { CiphertextBlob, EncryptionContext } = await sealed();
    const { Plaintext } = await kms.send(new DecryptCommand({ CiphertextBlob, EncryptionContext }));
    expect(new TextDecoder().decode(Plaintext)).toBe('seed');
    const other = { ...EncryptionContext, tokenId: 'other' };
    await expect(kms.send(new DecryptCommand({ CiphertextBlob, EncryptionContext: other }))).rejects.toThrow();
  });

  it.each(['apply-change', 'get-me'])('are not opened by %s', async (folder) => {
    const { kms } = await inside(folder);
    await expect(kms.send(new DecryptCommand(await sealed()))).rejects.toMatchObject(denied);
  });
});

describe.each([...FUNCTIONS, 'send-notices'])('of sealed seeds, %s', (folder) => {
  it(`may ${ON_SEEDS[folder]?.join(' and ') ?? 'do nothing'}, and nothing else`, async () => {
    const { table } = await inside(folder);
    const TableName = await seedTable();
    const Key = seedKey('grants');
    const attempts = {
      read: () => table.send(new BatchGetCommand({ RequestItems: { [TableName]: { Keys: [Key] } } })),
      put: () => table.send(new PutCommand({ TableName, Item: Key })),
      delete: () => table.send(new DeleteCommand({ TableName, Key })),
      get: () => table.send(new GetCommand({ TableName, Key })),
      query: () =>
        table.send(
          new QueryCommand({
            TableName,
            KeyConditionExpression: 'pk = :pk',
            ExpressionAttributeValues: { ':pk': Key.pk },
          }),
        ),
      scan: () => table.send(new ScanCommand({ TableName })),
      update: () => table.send(new UpdateCommand({ TableName, Key, UpdateExpression: 'REMOVE a' })),
    };
    for (const [name, attempt] of Object.entries(attempts)) {
      if (ON_SEEDS[folder]?.includes(name)) await attempt();
      else await expect(attempt()).rejects.toMatchObject(denied);
    }
  });
});

describe('a function that only reads', () => {
  it.each(['get-me', 'list-authorizations'])(
    '%s reads and cannot write, nor start or look at a workflow',
    async (folder) => {
      const { table, states } = await inside(folder);
      const TableName = stack().tableName;
      expect((await table.send(new GetCommand({ TableName, Key: key }))).Item).toBeUndefined();
      await expect(table.send(new PutCommand({ TableName, Item: key }))).rejects.toMatchObject(denied);
      await expect(table.send(new DeleteCommand({ TableName, Key: key }))).rejects.toMatchObject(denied);
      const { stateMachineArn } = stack();
      await expect(states.send(new StartExecutionCommand({ stateMachineArn }))).rejects.toMatchObject(denied);
      await expect(states.send(new ListExecutionsCommand({ stateMachineArn }))).rejects.toMatchObject(denied);
    },
  );
});

describe('sign-ins', () => {
  const attempts = (table: DynamoDBDocumentClient, TableName = '') => {
    const Key = { pk: 'USER#grants', sk: 'WEB' };
    const update = {
      Key,
      UpdateExpression: 'SET latest = :at',
      ExpressionAttributeValues: { ':at': '2026-01-05T15:00:00.000Z' },
    };
    return {
      note: () => table.send(new UpdateCommand({ ...update, TableName })),
      read: () => table.send(new BatchGetCommand({ RequestItems: { [TableName]: { Keys: [Key] } } })),
      replace: () => table.send(new PutCommand({ TableName, Item: Key })),
      remove: () => table.send(new DeleteCommand({ TableName, Key })),
      list: () => table.send(new ScanCommand({ TableName })),
      changeMain: () => table.send(new UpdateCommand({ ...update, TableName: stack().tableName })),
    };
  };

  it.each(['get-me', 'get-app-me'])('are read and noted by %s, which can write nothing else', async (folder) => {
    const { table, environment } = await inside(folder);
    const { note, read, ...others } = attempts(table, environment.SIGN_IN_TABLE_NAME);
    await note();
    await read();
    for (const attempt of Object.values(others)) await expect(attempt()).rejects.toMatchObject(denied);
  });

  it('are out of reach of request-change', async () => {
    const { environment } = await inside('get-me');
    const { table } = await inside('request-change');
    const { changeMain: _granted, ...all } = attempts(table, environment.SIGN_IN_TABLE_NAME);
    for (const attempt of Object.values(all)) await expect(attempt()).rejects.toMatchObject(denied);
  });
});

describe('a function that shows changes or tokens', () => {
  it.each(['get-token', 'list-changes'])(
    '%s writes what an expiry takes, and neither changes items in place nor starts or looks at a workflow',
    async (folder) => {
      const { table, states } = await inside(folder);
      const TableName = stack().tableName;
      const Key = { pk: `COMPANY#grants#${folder}`, sk: 'GRANTS' };
      await table.send(new PutCommand({ TableName, Item: Key }));
      const inPlace = new UpdateCommand({
        TableName,
        Key,
        UpdateExpression: 'SET a = :a',
        ExpressionAttributeValues: { ':a': 1 },
      });
      await expect(table.send(inPlace)).rejects.toMatchObject(denied);
      await table.send(new DeleteCommand({ TableName, Key }));
      const { stateMachineArn } = stack();
      await expect(states.send(new StartExecutionCommand({ stateMachineArn }))).rejects.toMatchObject(denied);
      await expect(states.send(new ListExecutionsCommand({ stateMachineArn }))).rejects.toMatchObject(denied);
    },
  );
});
