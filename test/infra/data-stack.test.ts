import { DEPLOYED_STAGE, findResources, type StageTemplate, synthesizeStage } from './synthesized-stage.ts';

let template: StageTemplate;
let local: StageTemplate;

beforeAll(() => {
  template = synthesizeStage(DEPLOYED_STAGE).readTemplate('Data');
  local = synthesizeStage({}).readTemplate('Data');
});

const findTables = (stack: StageTemplate) => findResources(stack, 'AWS::DynamoDB::Table');
const keySchema = (partition: string, sort: string) => [
  { AttributeName: partition, KeyType: 'HASH' },
  { AttributeName: sort, KeyType: 'RANGE' },
];

it('keeps the main table, the record and the sign-ins encrypted, recoverable to a point in time, and out of reach of a deletion', () => {
  const common = {
    BillingMode: 'PAY_PER_REQUEST',
    KeySchema: keySchema('pk', 'sk'),
    PointInTimeRecoverySpecification: { PointInTimeRecoveryEnabled: true },
    SSESpecification: { SSEEnabled: true },
    DeletionProtectionEnabled: true,
  };
  const tables = findTables(template).filter(([id]) => !id.includes('Seeds'));
  expect(tables.map(([, table]) => [table.DeletionPolicy, table.Properties])).toEqual([
    [
      'Retain',
      expect.objectContaining({
        ...common,
        TimeToLiveSpecification: { AttributeName: 'ttl', Enabled: true },
        GlobalSecondaryIndexes: [
          ['list', 'listPk', 'listSk'],
          ['status', 'statusPk', 'listSk'],
          ['recent', 'listPk', 'recentSk'],
          ['open', 'openPk', 'openSk'],
        ].map(([IndexName, partition = '', sort = '']) => ({
          IndexName,
          KeySchema: keySchema(partition, sort),
          Projection: { ProjectionType: 'KEYS_ONLY' },
        })),
      }),
    ],
    [
      'Retain',
      expect.objectContaining({
        ...common,
        GlobalSecondaryIndexes: [
          {
            IndexName: 'list',
            KeySchema: keySchema('companyId', 'listSk'),
            Projection: { ProjectionType: 'KEYS_ONLY' },
          },
        ],
      }),
    ],
    ['Retain', expect.objectContaining(common)],
  ]);
});

it('keeps sealed seeds encrypted and out of reach of a deletion, where nothing makes a copy of them', () => {
  const [[, seeds] = []] = findTables(template).filter(([id]) => id.includes('Seeds'));
  expect(seeds?.DeletionPolicy).toBe('Retain');
  const { Tags: _tags, ...properties } = seeds?.Properties ?? {};
  // The whole of it: no recovery to a point in time, stream, Kinesis destination, index or time to live is in it.
  expect(properties).toEqual({
    AttributeDefinitions: [
      { AttributeName: 'pk', AttributeType: 'S' },
      { AttributeName: 'sk', AttributeType: 'S' },
    ],
    BillingMode: 'PAY_PER_REQUEST',
    KeySchema: keySchema('pk', 'sk'),
    SSESpecification: { SSEEnabled: true },
    DeletionProtectionEnabled: true,
    ResourcePolicy: {
      PolicyDocument: {
        Version: '2012-10-17',
        Statement: [
          {
            Sid: 'NoCopy',
            Effect: 'Deny',
            Principal: { AWS: '*' },
            Action: [
              'CreateBackup',
              'EnableKinesisStreamingDestination',
              'ExportTableToPointInTime',
              'PartiQLSelect',
              'Query',
              'RestoreTableToPointInTime',
              'Scan',
              'UpdateContinuousBackups',
              'UpdateTable',
            ].map((action) => `dynamodb:${action}`),
            Resource: '*',
          },
        ],
      },
    },
  });
});

it('puts no table into a backup plan, nor exports one by any other resource', () => {
  const types = new Set(Object.values(template.Resources).map(({ Type }) => Type));
  expect([...types].filter((type) => /Backup|Kinesis|Pipes|GlobalTable/.test(type))).toEqual([]);
});

it('lets no item of the record end by itself', () => {
  const record = findTables(template).find(([id]) => id.includes('Record'))?.[1];
  expect(record?.Properties).not.toHaveProperty('TimeToLiveSpecification');
});

it('keeps the keys, of which those that encrypt rotate', () => {
  const keys = findResources(template, 'AWS::KMS::Key').map(([, key]) => [
    key.DeletionPolicy,
    key.Properties.KeySpec ?? 'SYMMETRIC_DEFAULT',
    key.Properties.KeyUsage ?? 'ENCRYPT_DECRYPT',
    key.Properties.EnableKeyRotation ?? false,
  ]);
  expect(keys).toEqual([
    ['Retain', 'SYMMETRIC_DEFAULT', 'ENCRYPT_DECRYPT', true],
    ['Retain', 'HMAC_256', 'GENERATE_VERIFY_MAC', false],
    ['Retain', 'ECC_NIST_P256', 'SIGN_VERIFY', false],
    ['Retain', 'ECC_NIST_P256', 'SIGN_VERIFY', false],
    ['Retain', 'SYMMETRIC_DEFAULT', 'ENCRYPT_DECRYPT', true],
  ]);
});

const ACCOUNT_MAY = {
  Action: 'kms:*',
  Effect: 'Allow',
  Principal: {
    AWS: { 'Fn::Join': ['', ['arn:', { Ref: 'AWS::Partition' }, `:iam::${DEPLOYED_STAGE.account}:root`]] },
  },
  Resource: '*',
};

function findKeyPolicies(isWanted: (logicalId: string) => boolean) {
  const keys = findResources(template, 'AWS::KMS::Key').filter(([id]) => isWanted(id));
  return keys.map(([, key]) => key.Properties.KeyPolicy);
}

it('refuses each use of a key to all but its functions’ roles, and keeps administration apart', () => {
  const role = (name: string) => ({
    'Fn::Join': [
      '',
      ['arn:', { Ref: 'AWS::Partition' }, `:iam::${DEPLOYED_STAGE.account}:role/llavero-production-${name}`],
    ],
  });
  const only = (action: string, ...names: string[]) => ({
    Sid: `${action}ByItsFunctionsAlone`,
    Effect: 'Deny',
    Principal: { AWS: '*' },
    Action: `kms:${action}`,
    Resource: '*',
    Condition: { ArnNotEquals: { 'aws:PrincipalArn': names.map(role) } },
  });
  const use = (...actions: string[]) => ({
    ...ACCOUNT_MAY,
    Sid: 'AsGrantedToRoles',
    Action: actions.length === 1 ? actions[0] : actions,
  });
  const onlyWith = (member: string) => ({
    Sid: `OnlyWith${member}`,
    Effect: 'Deny',
    Principal: { AWS: '*' },
    Action: ['kms:Decrypt', 'kms:Encrypt'],
    Resource: '*',
    Condition: { Null: { [`kms:EncryptionContext:${member}`]: 'true' } },
  });
  const administration = { ...ACCOUNT_MAY, Sid: 'Administration', Action: expect.any(Array) };
  const lists = ['list-tokens', 'list-changes', 'list-events', 'list-company-events'];
  const expected = [
    [
      use('kms:Decrypt', 'kms:Encrypt'),
      only('Encrypt', 'enrol-device'),
      only('Decrypt', 'enrol-device', 'verify-otp'),
      onlyWith('companyId'),
      onlyWith('tokenId'),
    ],
    [use('kms:GenerateMac', 'kms:VerifyMac'), only('GenerateMac', ...lists), only('VerifyMac', ...lists)],
    [use('kms:Sign'), only('Sign', 'get-receipt')],
    [use('kms:Sign'), only('Sign', 'sign-day')],
  ];
  expect(findKeyPolicies((id) => id.startsWith('Keys'))).toEqual(
    expected.map((statements) => ({ Version: '2012-10-17', Statement: [administration, ...statements] })),
  );
});

it('lets an administrator of a key neither use it nor let anybody use it by a grant', () => {
  const { Statement } = findKeyPolicies((id) => id.startsWith('KeysSeed'))[0] as { Statement: { Action: string[] }[] };
  const may = (action: string) =>
    Statement[0]?.Action.some((pattern) => new RegExp(`^${pattern.replace('*', '.*')}$`).test(`kms:${action}`));
  const uses = ['Encrypt', 'Decrypt', 'ReEncryptFrom', 'ReEncryptTo', 'GenerateDataKey', 'GenerateMac', 'VerifyMac'];
  for (const action of [...uses, 'Sign', 'Verify', 'CreateGrant', 'DeriveSharedSecret']) {
    expect([action, may(action)]).toEqual([action, false]);
  }
  for (const action of ['GetPublicKey', 'DescribeKey', 'PutKeyPolicy', 'EnableKey', 'ScheduleKeyDeletion']) {
    expect([action, may(action)]).toEqual([action, true]);
  }
});

it('names the roles that the policies of keys name, and no others', () => {
  const named = findResources(synthesizeStage(DEPLOYED_STAGE).readTemplate('Service'), 'AWS::IAM::Role').flatMap(
    ([, { Properties }]) => Properties.RoleName ?? [],
  );
  const users = [
    'enrol-device',
    'get-receipt',
    'list-changes',
    'list-company-events',
    'list-events',
    'list-tokens',
    'sign-day',
    'verify-otp',
  ];
  expect(named.sort()).toEqual(users.map((name) => `llavero-production-${name}`));
});

it('lets CloudWatch alone use the key of logs and news of alarms: for this stage’s logs, in this account', () => {
  const [policy, ...others] = findKeyPolicies((id) => !id.startsWith('Keys'));
  const { account, region } = DEPLOYED_STAGE;
  const logs = ['Llavero-production-', '/llavero-production-', 'API-Gateway-Execution-Logs_'].map((part) => {
    return { 'Fn::Join': ['', ['arn:', { Ref: 'AWS::Partition' }, `:logs:${region}:${account}:log-group:*${part}*`]] };
  });
  expect(others).toEqual([]);
  expect(policy).toEqual({
    Version: '2012-10-17',
    Statement: [
      ACCOUNT_MAY,
      expect.objectContaining({
        Principal: { Service: `logs.${region}.amazonaws.com` },
        Condition: { ArnLike: { 'kms:EncryptionContext:aws:logs:arn': logs } },
      }),
      expect.objectContaining({
        Action: ['kms:Decrypt', 'kms:GenerateDataKey*'],
        Principal: { Service: 'cloudwatch.amazonaws.com' },
        Condition: { StringEquals: { 'aws:SourceAccount': account } },
      }),
    ],
  });
});

it('mails invitations from the address of notices, by the identity that was verified for it; a local stage does not', () => {
  const findMail = (stack: StageTemplate) => findResources(stack, 'AWS::Cognito::UserPool')[0]?.[1].Properties;
  expect(findMail(template)?.EmailConfiguration).toEqual({
    EmailSendingAccount: 'DEVELOPER',
    From: 'notices@example.com',
    SourceArn: { 'Fn::Join': ['', expect.arrayContaining([expect.stringMatching(/:identity\/example\.com$/)])] },
  });
  expect(findMail(local)?.EmailConfiguration).toBeUndefined();
});

it('lets only administrators make users, with strong passwords and a second factor', () => {
  const [[, pool] = []] = findResources(template, 'AWS::Cognito::UserPool');
  expect(pool?.DeletionPolicy).toBe('Retain');
  expect(pool?.Properties).toEqual(
    expect.objectContaining({
      AdminCreateUserConfig: expect.objectContaining({ AllowAdminCreateUserOnly: true }),
      DeletionProtection: 'ACTIVE',
      EnabledMfas: ['SOFTWARE_TOKEN_MFA'],
      // Required: the login's pages let nobody set up a factor that is merely offered.
      MfaConfiguration: 'ON',
      UserPoolAddOns: { AdvancedSecurityMode: 'AUDIT' },
      UserPoolTier: 'PLUS',
      Policies: {
        PasswordPolicy: {
          MinimumLength: 12,
          RequireLowercase: true,
          RequireUppercase: true,
          RequireNumbers: true,
          RequireSymbols: true,
          TemporaryPasswordValidityDays: 3,
        },
      },
    }),
  );
});

it('gives each kind of caller a client with its own scope and no other', () => {
  const clients = findResources(template, 'AWS::Cognito::UserPoolClient').map(([, { Properties }]) => [
    Properties.AllowedOAuthFlows,
    JSON.stringify(Properties.AllowedOAuthScopes).match(/openid|\/(?:console|app|otp)/g),
    Properties.GenerateSecret,
    Properties.CallbackURLs,
    Properties.LogoutURLs,
  ]);
  expect(clients).toEqual([
    [
      ['code'],
      ['openid', '/console'],
      false,
      ['https://console.example.com/callback'],
      ['https://console.example.com/'],
    ],
    [['code'], ['openid', '/app'], false, ['https://phone.example.com/callback'], ['https://phone.example.com/']],
    [['client_credentials'], ['/otp'], true, undefined, undefined],
  ]);
});

it('does not tell whether a user exists, and lets tokens be revoked', () => {
  const people = findResources(template, 'AWS::Cognito::UserPoolClient').filter(([id]) => !id.includes('Otp'));
  expect(
    people.map(([, { Properties }]) => [Properties.PreventUserExistenceErrors, Properties.EnableTokenRevocation]),
  ).toEqual([
    ['ENABLED', true],
    ['ENABLED', true],
  ]);
});

it('lets a local stage be thrown away, and encrypts it all the same', () => {
  const tables = findTables(local).map(([, table]) => table);
  expect(tables.map((table) => [table.DeletionPolicy, table.Properties.DeletionProtectionEnabled])).toEqual([
    ['Delete', false],
    ['Delete', false],
    ['Delete', false],
    ['Delete', false],
  ]);
  expect(tables.map((table) => table.Properties.SSESpecification)).toEqual([
    { SSEEnabled: true },
    { SSEEnabled: true },
    { SSEEnabled: true },
    { SSEEnabled: true },
  ]);
});
