import fs from 'node:fs/promises';
import { CloudFormationClient, DescribeStacksCommand } from '@aws-sdk/client-cloudformation';
import { mockClient } from 'aws-sdk-client-mock';
import { findStack } from '../../scripts/stack.ts';

const cloudFormation = mockClient(CloudFormationClient);

const OUTPUTS = { UserPoolId: 'pool-1', TableName: 'main', RecordTableName: 'record', ActivationCodeSeconds: '3600' };

function answerWith(outputs: Record<string, string>) {
  const Outputs = Object.entries(outputs).map(([OutputKey, OutputValue]) => ({ OutputKey, OutputValue }));
  cloudFormation.on(DescribeStacksCommand).resolves({
    Stacks: [{ StackName: 'Llavero-test-Service', CreationTime: new Date(0), StackStatus: 'CREATE_COMPLETE', Outputs }],
  });
}

beforeEach(() => cloudFormation.reset());

it('finds a stage by the outputs of its service stack', async () => {
  answerWith(OUTPUTS);
  expect(await findStack({ stage: 'test' })).toEqual({
    label: 'stage test',
    userPoolId: 'pool-1',
    clientSettings: {},
    environment: { TABLE_NAME: 'main', RECORD_TABLE_NAME: 'record' },
    output: expect.any(Function),
    activationCodeSeconds: 3600,
    identityProvider: undefined,
    demoPassword: undefined,
  });
  expect(cloudFormation.commandCalls(DescribeStacksCommand)[0]?.args[0].input).toEqual({
    StackName: 'Llavero-test-Service',
  });
});

it('finds a local cloud by its file, and leaves the environment of the process as it is', async () => {
  answerWith(OUTPUTS);
  const where = { endpoint: 'http://127.0.0.1:4600', region: 'us-east-1' };
  const file = { ...where, userPoolId: 'pool-2', tableName: 'local', demo: { password: 'demo' } };
  const reading = jest.spyOn(fs, 'readFile').mockResolvedValue(JSON.stringify(file));
  const before = { ...process.env };
  const { clientSettings, environment, userPoolId, demoPassword } = await findStack({ port: 4600 });
  reading.mockRestore();
  expect(clientSettings).toEqual({ ...where, credentials: { accessKeyId: 'test', secretAccessKey: 'test' } });
  expect(environment).toEqual({
    AWS_ENDPOINT_URL: where.endpoint,
    AWS_REGION: where.region,
    AWS_ACCESS_KEY_ID: 'test',
    AWS_SECRET_ACCESS_KEY: 'test',
    TABLE_NAME: 'local',
    RECORD_TABLE_NAME: 'record',
  });
  expect({ userPoolId, demoPassword }).toEqual({ userPoolId: 'pool-2', demoPassword: 'demo' });
  expect(process.env).toEqual(before);
});

it('leaves open how long codes are good where the stage does not say', async () => {
  const { ActivationCodeSeconds: _unsaid, ...outputs } = OUTPUTS;
  answerWith(outputs);
  expect((await findStack({ stage: 'test' })).activationCodeSeconds).toBeUndefined();
});

it('refuses a stage that lacks an output, and names it', async () => {
  const { RecordTableName: _missing, ...outputs } = OUTPUTS;
  answerWith(outputs);
  await expect(findStack({ stage: 'test' })).rejects.toThrow('no output RecordTableName');
});

it.each(['', 'Test', '../x', '-x'])('takes no stage named %j', async (stage) => {
  await expect(findStack({ stage })).rejects.toMatchObject({ name: 'UsageError' });
});

it('says how to start a local cloud that is not there', async () => {
  await expect(findStack({ port: 1 })).rejects.toThrow('npm run local:up -- --port 1');
});
