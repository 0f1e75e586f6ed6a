import { DEPLOYED_STAGE, resourcesOf, type StageTemplate, synthesizeStage } from './synthesized-stage.ts';

let template: StageTemplate;
let local: StageTemplate;

beforeAll(() => {
  template = synthesizeStage(DEPLOYED_STAGE).templateOf('Data');
  local = synthesizeStage({}).templateOf('Data');
});

const keySchema = (partition: string, sort: string) => [
  { AttributeName: partition, KeyType: 'HASH' },
  { AttributeName: sort, KeyType: 'RANGE' },
];

it('keeps both tables encrypted, recoverable to a point in time, and out of reach of a deletion', () => {
  const common = {
    BillingMode: 'PAY_PER_REQUEST',
    KeySchema: keySchema('pk', 'sk'),
    PointInTimeRecoverySpecification: { PointInTimeRecoveryEnabled: true },
    SSESpecification: { SSEEnabled: true },
    DeletionProtectionEnabled: true,
  };
  const tables = resourcesOf(template, 'AWS::DynamoDB::Table').map(([, table]) => table);
  expect(tables.map((table) => [table.DeletionPolicy, table.Properties])).toEqual([
    [
      'Retain',
      expect.objectContaining({
        ...common,
        TimeToLiveSpecification: { AttributeName: 'ttl', Enabled: true },
        GlobalSecondaryIndexes: ['list', 'status', 'open'].map((name) => ({
          IndexName: name,
          KeySchema: keySchema(`${name}Pk`, `${name}Sk`),
          Projection: { ProjectionType: 'KEYS_ONLY' },
        })),
      }),
    ],
    ['Retain', expect.objectContaining(common)],
  ]);
});

it('lets no item of the record end by itself', () => {
  const record = resourcesOf(template, 'AWS::DynamoDB::Table').find(([id]) => id.includes('Record'))?.[1];
  expect(record?.Properties).not.toHaveProperty('TimeToLiveSpecification');
});

it('keeps the keys, of which the one that seals seeds rotates', () => {
  const keys = resourcesOf(template, 'AWS::KMS::Key').map(([, key]) => [
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
  ]);
});

it('names nobody but the account in the keys’ own policies, so that only grants open them', () => {
  for (const [, key] of resourcesOf(template, 'AWS::KMS::Key')) {
    expect(key.Properties.KeyPolicy).toEqual({
      Version: '2012-10-17',
      Statement: [
        {
          Action: 'kms:*',
          Effect: 'Allow',
          Principal: {
            AWS: {
              'Fn::Join': ['', ['arn:', { Ref: 'AWS::Partition' }, ':iam::', { Ref: 'AWS::AccountId' }, ':root']],
            },
          },
          Resource: '*',
        },
      ],
    });
  }
});

it('lets only administrators make users, with strong passwords and full threat protection', () => {
  const [[, pool] = []] = resourcesOf(template, 'AWS::Cognito::UserPool');
  expect(pool?.DeletionPolicy).toBe('Retain');
  expect(pool?.Properties).toEqual(
    expect.objectContaining({
      AdminCreateUserConfig: expect.objectContaining({ AllowAdminCreateUserOnly: true }),
      DeletionProtection: 'ACTIVE',
      EnabledMfas: ['SOFTWARE_TOKEN_MFA'],
      MfaConfiguration: 'OPTIONAL',
      UserPoolAddOns: { AdvancedSecurityMode: 'ENFORCED' },
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
  const clients = resourcesOf(template, 'AWS::Cognito::UserPoolClient').map(([, { Properties }]) => [
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
  const people = resourcesOf(template, 'AWS::Cognito::UserPoolClient').filter(([id]) => !id.includes('Otp'));
  expect(
    people.map(([, { Properties }]) => [Properties.PreventUserExistenceErrors, Properties.EnableTokenRevocation]),
  ).toEqual([
    ['ENABLED', true],
    ['ENABLED', true],
  ]);
});

it('lets a local stage be thrown away, and encrypts it all the same', () => {
  const tables = resourcesOf(local, 'AWS::DynamoDB::Table').map(([, table]) => table);
  expect(tables.map((table) => [table.DeletionPolicy, table.Properties.DeletionProtectionEnabled])).toEqual([
    ['Delete', false],
    ['Delete', false],
  ]);
  expect(tables.map((table) => table.Properties.SSESpecification)).toEqual([
    { SSEEnabled: true },
    { SSEEnabled: true },
  ]);
});
