import { buildConstructId, FUNCTIONS, isApiFunction } from '../../infra/functions.ts';
import { DEPLOYED_STAGE, findResources, type StageTemplate, synthesizeStage } from './synthesized-stage.ts';

let template: StageTemplate;

beforeAll(() => {
  template = synthesizeStage(DEPLOYED_STAGE).readTemplate('Service');
});

const findFunctions = () =>
  findResources(template, 'AWS::Lambda::Function').map(
    ([id, { Properties }]) => [id.replace(/[0-9A-F]{8}$/, ''), Properties] as const,
  );

const readEnvironment = (name: string): string[] => {
  const [, properties] = findFunctions().find(([each]) => each === name) ?? [];
  if (!properties) throw new Error(`No function ${name}`);
  const { Variables } = properties.Environment as { Variables: Record<string, unknown> };
  return Object.keys(Variables).sort();
};

it('runs every function on the one runtime, traced, with a log of its own kept for a year', () => {
  const logs = new Set<string>();
  for (const [, properties] of findFunctions()) {
    const { LogGroup } = properties.LoggingConfig as { LogGroup: { Ref: string } };
    logs.add(LogGroup.Ref);
    expect(properties).toEqual(
      expect.objectContaining({
        Runtime: 'nodejs24.x',
        Architectures: ['arm64'],
        TracingConfig: { Mode: 'Active' },
        Handler: 'index.handler',
      }),
    );
    expect(template.Resources[LogGroup.Ref]?.Properties.RetentionInDays).toBe(365);
  }
  expect(logs.size).toBe(findFunctions().length);
});

it('ends every function before whoever called it gives up', () => {
  const timeouts = Object.fromEntries(findFunctions().map(([name, properties]) => [name, properties.Timeout]));
  const api = Object.keys(FUNCTIONS).filter(
    (name) => name in FUNCTIONS && isApiFunction(name as keyof typeof FUNCTIONS),
  );
  expect(api.length).toBeGreaterThan(0);
  expect(timeouts).toEqual(
    expect.objectContaining({ HoldChange: 20, ApplyChange: 20, ExpireChange: 20, ReconcileChanges: 55 }),
  );
  expect([...new Set(api.map((name) => timeouts[buildConstructId(name)]))]).toEqual([10]);
});

const common = ['POWERTOOLS_METRICS_NAMESPACE', 'POWERTOOLS_SERVICE_NAME'];

it.each([
  { name: 'GetMe', env: ['ALLOWED_ORIGINS', 'SIGN_IN_TABLE_NAME', 'TABLE_NAME'] },
  { name: 'ListTokens', env: ['ALLOWED_ORIGINS', 'CURSOR_KEY_ARN', 'RECORD_TABLE_NAME', 'TABLE_NAME'] },
  { name: 'ListEvents', env: ['ALLOWED_ORIGINS', 'CURSOR_KEY_ARN', 'RECORD_TABLE_NAME', 'TABLE_NAME'] },
  {
    name: 'RequestChange',
    env: ['ALLOWED_ORIGINS', 'HOLD_SECONDS', 'HOLDS_PER_TOKEN', 'RECORD_TABLE_NAME', 'STATE_MACHINE_ARN', 'TABLE_NAME'],
  },
  { name: 'DecideChange', env: ['ALLOWED_ORIGINS', 'RECORD_TABLE_NAME', 'REQUIRE_USER_VERIFICATION', 'TABLE_NAME'] },
  {
    name: 'CreateActivationCode',
    env: ['ACTIVATION_CODE_SECONDS', 'ALLOWED_ORIGINS', 'RECORD_TABLE_NAME', 'TABLE_NAME'],
  },
  {
    name: 'EnrolDevice',
    env: [
      'ACTIVATION_CODE_TRIES',
      'ALLOWED_ORIGINS',
      'PUSH_APPLICATION_ANDROID_ARN',
      'PUSH_APPLICATION_IOS_ARN',
      'RECORD_TABLE_NAME',
      'SEED_KEY_ARN',
      'SEED_TABLE_NAME',
      'TABLE_NAME',
    ],
  },
  { name: 'VerifyOtp', env: ['ALLOWED_ORIGINS', 'SEED_KEY_ARN', 'SEED_TABLE_NAME', 'TABLE_NAME'] },
  { name: 'HoldChange', env: ['PUSHES_PER_DEVICE', 'TABLE_NAME'] },
  { name: 'SendNotices', env: ['NOTICE_SENDER', 'PUSHES_PER_DEVICE', 'TABLE_NAME'] },
  { name: 'PublishEvents', env: ['EVENT_BUS_NAME'] },
  { name: 'ApplyChange', env: ['RECORD_TABLE_NAME', 'SEED_TABLE_NAME', 'TABLE_NAME'] },
  {
    name: 'ReconcileChanges',
    env: ['PUSHES_PER_DEVICE', 'RECORD_TABLE_NAME', 'SEED_TABLE_NAME', 'STATE_MACHINE_ARN', 'TABLE_NAME'],
  },
  { name: 'AnswerPreflight', env: ['ALLOWED_ORIGINS'] },
  { name: 'PushApplication', env: [] },
])('tells $name only what it needs', ({ name, env }) => {
  expect(readEnvironment(name)).toEqual([...env, ...common].sort());
});

it('calls the reconciler every minute, never twice for one minute', () => {
  const [[, rule] = []] = findResources(template, 'AWS::Events::Rule');
  expect(rule?.Properties).toEqual(
    expect.objectContaining({
      ScheduleExpression: 'rate(1 minute)',
      State: 'ENABLED',
      Targets: [expect.objectContaining({ RetryPolicy: { MaximumEventAgeInSeconds: 60, MaximumRetryAttempts: 0 } })],
    }),
  );
  const [[, invoke] = []] = findResources(template, 'AWS::Lambda::EventInvokeConfig');
  expect(invoke?.Properties).toEqual(
    expect.objectContaining({ MaximumEventAgeInSeconds: 60, MaximumRetryAttempts: 0 }),
  );
});

it('reads push credentials from Secrets Manager by name, with nothing of them in the template', () => {
  const applications = findResources(template, 'Custom::PushApplication').map(([, { Properties }]) => Properties);
  expect(applications).toEqual([
    expect.objectContaining({
      Platform: 'GCM',
      ApplicationName: 'llavero-production-android',
      SecretName: 'llavero/production/fcm',
      CredentialsVersion: '1',
    }),
    expect.objectContaining({
      Platform: 'APNS',
      ApplicationName: 'llavero-production-ios',
      SecretName: 'llavero/production/apns',
      CredentialsVersion: '1',
    }),
  ]);
  expect(findResources(template, 'AWS::SecretsManager::Secret')).toEqual([]);
});

it('makes a local stage’s placeholder credentials at deployment', () => {
  const local = synthesizeStage({}).readTemplate('Service');
  const secrets = findResources(local, 'AWS::SecretsManager::Secret').map(([, { Properties }]) => Properties);
  expect(
    secrets.map((secret) => [secret.Name, secret.SecretString, Object.keys(secret.GenerateSecretString ?? {})]),
  ).toEqual([
    ['llavero/local/fcm', undefined, expect.arrayContaining(['GenerateStringKey'])],
    ['llavero/local/apns', undefined, expect.arrayContaining(['GenerateStringKey'])],
  ]);
});
