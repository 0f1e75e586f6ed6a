import { parseSettings } from '../../infra/settings.ts';
import { DEPLOYED_STAGE } from './synthesized-stage.ts';

const localDefaults = {
  stage: 'local',
  holdSeconds: 600,
  activationCodeSeconds: 86_400,
  activationCodeTries: 5,
  holdsPerToken: 3,
  pushesPerDevice: 3,
  requireUserVerification: false,
  apiRatePerSecond: 200,
  apiBurst: 400,
  requestsPerAddress: 2_000,
  requestsPerClient: 30_000,
  archiveRetentionDays: 1,
  eventAccounts: [],
  eventArchiveDays: 90,
  pushCredentialsVersion: 1,
  receiptKeyVersion: 1,
  dayKeyVersion: 1,
  rollout: 'AllAtOnce',
  threatProtection: 'AUDIT_ONLY',
  staffDirectory: 'IAM_USERS',
  consoleOrigin: 'http://localhost:4570',
  phoneOrigin: 'http://localhost:4571',
  frontOrigins: [],
  notices: { address: 'avisos@llavero.invalid', identity: 'llavero.invalid' },
  fcmSecretName: 'llavero/local/fcm',
  apnsSecretName: 'llavero/local/apns',
  platform: {
    retainData: false,
    demoPushCredentials: true,
    demoMailIdentity: true,
    resourceLevelGrants: false,
    conditionalWritePolicy: false,
    encryptionContextKnown: false,
    demoUsers: true,
    managedLogin: false,
    multiFactorKnown: false,
    webFirewall: false,
    eventArchive: false,
    gradualDeployments: false,
    expressionAlarms: false,
    alarmPeriods: {
      usual: 10,
      silence: { eachMinute: { periods: 2, seconds: 10 }, eachDay: { periods: 2, seconds: 10 } },
    },
  },
};

it('fills in every setting of the local stage', () => {
  expect(parseSettings({})).toEqual(localDefaults);
});

it('takes the fronts of the bank’s own as a list, or as one text with commas', () => {
  const frontOrigins = ['http://127.0.0.1:5173', 'http://127.0.0.1:5174'];
  expect(parseSettings({ frontOrigins })).toEqual({ ...localDefaults, frontOrigins });
  expect(parseSettings({ frontOrigins: frontOrigins.join(',') })).toEqual({ ...localDefaults, frontOrigins });
});

it('takes numbers as text, as the command line gives them', () => {
  expect(parseSettings({ holdSeconds: '3', consoleOrigin: 'http://127.0.0.1:5000' })).toEqual({
    ...localDefaults,
    holdSeconds: 3,
    consoleOrigin: 'http://127.0.0.1:5000',
  });
});

it.each([
  [true, true],
  ['true', true],
  [false, false],
  ['false', false],
])('takes %j as a yes or a no', (given, requireUserVerification) => {
  expect(parseSettings({ requireUserVerification: given })).toEqual({ ...localDefaults, requireUserVerification });
});

it.each(['yes', '1', '', 1, null])('takes %j as neither', (requireUserVerification) => {
  expect(() => parseSettings({ requireUserVerification })).toThrow(/requireUserVerification/);
});

it('takes a deployed stage whose origins are https', () => {
  const { noticeSender: _address, ...stage } = DEPLOYED_STAGE;
  expect(parseSettings(DEPLOYED_STAGE)).toEqual({
    ...localDefaults,
    ...stage,
    notices: { address: 'notices@example.com', identity: 'example.com' },
    fcmSecretName: 'llavero/production/fcm',
    apnsSecretName: 'llavero/production/apns',
    archiveRetentionDays: 3_653,
    namedGrants: true,
    rollout: 'Canary10Percent5Minutes',
    staffDirectory: 'IDENTITY_CENTER',
    platform: {
      retainData: true,
      demoPushCredentials: false,
      demoMailIdentity: false,
      resourceLevelGrants: true,
      conditionalWritePolicy: true,
      encryptionContextKnown: true,
      demoUsers: false,
      managedLogin: true,
      multiFactorKnown: true,
      webFirewall: true,
      eventArchive: true,
      gradualDeployments: true,
      expressionAlarms: true,
      alarmPeriods: {
        usual: 300,
        silence: { eachMinute: { periods: 10, seconds: 60 }, eachDay: { periods: 26, seconds: 3_600 } },
      },
    },
  });
});

it.each(['bank/tokens', 'bank@123456/tokens@456789'])(
  'takes the repository %s, as GitHub’s tokens may call it',
  (repository) => {
    expect(parseSettings({ ...DEPLOYED_STAGE, repository }).repository).toBe(repository);
  },
);

it('mails no notices on a deployed stage that names no sender, and from the identity that it names', () => {
  const { noticeSender: _address, ...without } = DEPLOYED_STAGE;
  expect(parseSettings(without).notices).toBeUndefined();
  expect(parseSettings({ ...DEPLOYED_STAGE, noticeIdentity: 'notices@example.com' }).notices).toEqual({
    address: 'notices@example.com',
    identity: 'notices@example.com',
  });
});

it('posts events to the bank’s own address with the key of the stage’s secret, or of the one it names', () => {
  const eventDestinationUrl = 'https://events.bank.example/';
  expect(parseSettings({ ...DEPLOYED_STAGE, eventDestinationUrl }).eventDestination).toEqual({
    url: eventDestinationUrl,
    secretName: 'llavero/production/events',
  });
  const named = { ...DEPLOYED_STAGE, eventDestinationUrl, eventDestinationSecretName: 'bank/events' };
  expect(parseSettings(named).eventDestination?.secretName).toBe('bank/events');
});

it('takes the accounts that may put rules on the bus as a list, and as the command line gives them', () => {
  const accounts = ['210987654321', '345678901234'];
  expect(parseSettings({ ...DEPLOYED_STAGE, eventAccounts: accounts }).eventAccounts).toEqual(accounts);
  expect(parseSettings({ ...DEPLOYED_STAGE, eventAccounts: accounts.join(',') }).eventAccounts).toEqual(accounts);
});

it('takes a stage of a name that Cognito reserves where the login’s domain has another', () => {
  const settings = parseSettings({ ...DEPLOYED_STAGE, stage: 'aws-pilot', loginDomainPrefix: 'bank-pilot' });
  expect(settings).toMatchObject({ stage: 'aws-pilot', loginDomainPrefix: 'bank-pilot' });
});

it.each([
  {
    why: 'an account of which a digit is missing',
    context: { ...DEPLOYED_STAGE, eventAccounts: '210987654321,34567890123' },
    setting: 'eventAccounts',
  },
  {
    why: 'events posted in plain http',
    context: { ...DEPLOYED_STAGE, eventDestinationUrl: 'http://events.bank.example/' },
    setting: 'eventDestinationUrl',
  },
  { why: 'a hold above ten minutes', context: { holdSeconds: 601 }, setting: 'holdSeconds' },
  { why: 'a hold of no time', context: { holdSeconds: '0' }, setting: 'holdSeconds' },
  { why: 'a hold of half a second', context: { holdSeconds: 0.5 }, setting: 'holdSeconds' },
  { why: 'a hold that is no number', context: { holdSeconds: 'ten' }, setting: 'holdSeconds' },
  { why: 'an empty hold', context: { holdSeconds: '' }, setting: 'holdSeconds' },
  { why: 'no tries of an activation code', context: { activationCodeTries: 0 }, setting: 'activationCodeTries' },
  { why: 'an origin with a path', context: { consoleOrigin: 'http://localhost:1/x' }, setting: 'consoleOrigin' },
  { why: 'an origin with a final slash', context: { phoneOrigin: 'http://localhost:1/' }, setting: 'phoneOrigin' },
  { why: 'an origin that is no address', context: { phoneOrigin: 'localhost' }, setting: 'phoneOrigin' },
  { why: 'any origin at all', context: { phoneOrigin: '*' }, setting: 'phoneOrigin' },
  {
    why: 'a front’s origin with a path',
    context: { frontOrigins: 'https://a.example,https://b.example/x' },
    setting: 'frontOrigins.1',
  },
  {
    why: 'a front of plain http on a deployed stage',
    context: { ...DEPLOYED_STAGE, frontOrigins: ['http://front.bank.example'] },
    setting: 'frontOrigins.0',
  },
  {
    why: 'plain http on a deployed stage',
    context: { ...DEPLOYED_STAGE, consoleOrigin: 'http://console.example.com' },
    setting: 'consoleOrigin',
  },
  {
    why: 'a deployed stage without origins',
    context: { ...DEPLOYED_STAGE, phoneOrigin: undefined },
    setting: 'phoneOrigin',
  },
  {
    why: 'a stage whose name no stack could bear',
    context: { ...DEPLOYED_STAGE, stage: 'My Stage' },
    setting: 'stage',
  },
  {
    why: 'a deployed stage whose alarms tell nobody',
    context: { ...DEPLOYED_STAGE, alarmEmail: undefined },
    setting: 'alarmEmail',
  },
  {
    why: 'an alarm address that is none',
    context: { ...DEPLOYED_STAGE, alarmEmail: 'operations' },
    setting: 'alarmEmail',
  },
  {
    why: 'an address to be called at that is none',
    context: { ...DEPLOYED_STAGE, pageEmail: 'pager' },
    setting: 'pageEmail',
  },
  {
    why: 'an alarm address of the local stage',
    context: { alarmEmail: 'operations@example.com' },
    setting: 'settings',
  },
  { why: 'a sender of notices that is none', context: { noticeSender: 'avisos' }, setting: 'noticeSender' },
  { why: 'any identity at all', context: { noticeIdentity: '*.example.com' }, setting: 'noticeIdentity' },
  {
    why: 'an identity without a sender',
    context: { ...DEPLOYED_STAGE, noticeSender: undefined, noticeIdentity: 'example.com' },
    setting: 'noticeSender',
  },
  {
    why: 'a deployed stage without an account',
    context: { ...DEPLOYED_STAGE, account: undefined },
    setting: 'account',
  },
  { why: 'an account that is none', context: { ...DEPLOYED_STAGE, account: '12345678901' }, setting: 'account' },
  { why: 'a deployed stage without a region', context: { ...DEPLOYED_STAGE, region: undefined }, setting: 'region' },
  {
    why: 'a region without push to phones',
    context: { ...DEPLOYED_STAGE, region: 'eu-central-2' },
    setting: 'region',
  },
  {
    why: 'a stage whose name Cognito takes in no login’s domain',
    context: { ...DEPLOYED_STAGE, stage: 'aws-pilot' },
    setting: 'stage',
  },
  {
    why: 'an alias where the key of secrets is named',
    context: { ...DEPLOYED_STAGE, secretsKeyArn: 'arn:aws:kms:us-east-1:123456789012:alias/bank' },
    setting: 'secretsKeyArn',
  },
  { why: 'a region that is none', context: { ...DEPLOYED_STAGE, region: 'us-*' }, setting: 'region' },
  { why: 'an account of the local stage', context: { account: '123456789012' }, setting: 'settings' },
  { why: 'a rollout that does not exist', context: { ...DEPLOYED_STAGE, rollout: 'Canary' }, setting: 'rollout' },
  { why: 'a release with a space', context: { release: 'v1 v2' }, setting: 'release' },
  { why: 'every repository of an owner', context: { ...DEPLOYED_STAGE, repository: 'bank/*' }, setting: 'repository' },
  { why: 'a repository without an owner', context: { ...DEPLOYED_STAGE, repository: 'tokens' }, setting: 'repository' },
  { why: 'a domain that Cognito reserves', context: { loginDomainPrefix: 'my-aws' }, setting: 'loginDomainPrefix' },
  { why: 'a setting that does not exist', context: { holdMinutes: 5 }, setting: 'settings' },
])('refuses $why, naming the setting', ({ context, setting }) => {
  expect(() => parseSettings(context)).toThrow(`The settings of this stage are not right:\n  ${setting}: `);
});
