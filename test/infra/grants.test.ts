import { grantsByFunction } from './granted-actions.ts';
import { DEPLOYED_STAGE, synthesizeStage } from './synthesized-stage.ts';

type Grants = Record<string, Record<string, string[]>>;

let deployed: Grants;
let local: Grants;

beforeAll(() => {
  deployed = grantsByFunction(synthesizeStage(DEPLOYED_STAGE).readTemplate('Service'));
  local = grantsByFunction(synthesizeStage({}).readTemplate('Service'));
});

const dynamo = (...names: string[]) => names.map((name) => `dynamodb:${name}`).sort();
const READ = ['GetItem', 'BatchGetItem', 'Query'];
const WRITE = [...READ, 'PutItem', 'UpdateItem', 'DeleteItem', 'ConditionCheckItem'];

const everyFunction = {
  'own log': ['logs:CreateLogStream', 'logs:PutLogEvents'],
  anything: ['xray:PutTelemetryRecords', 'xray:PutTraceSegments'],
};
const reader = { ...everyFunction, main: dynamo(...READ) };
const greeter = { ...reader, 'sign-ins': dynamo('BatchGetItem', 'UpdateItem') };
const recorder = { ...everyFunction, main: dynamo(...WRITE), record: dynamo('PutItem') };
const cursor = { 'cursor key': ['kms:GenerateMac', 'kms:VerifyMac'] };
/** Writes an expiry, as whoever first shows a change as expired does. */
const settler = { ...everyFunction, main: dynamo(...READ, 'PutItem', 'DeleteItem'), record: dynamo('PutItem') };
const lister = { ...settler, 'main/list': dynamo('Query'), 'main/status': dynamo('Query'), ...cursor };
const decider = { ...recorder, workflow: ['states:SendTaskSuccess'] };

const onPush = (...names: string[]) =>
  Object.fromEntries(
    ['application GCM', 'endpoints GCM', 'application APNS', 'endpoints APNS'].map((label) => [
      label,
      names.map((name) => `sns:${name}`).sort(),
    ]),
  );

const EXPECTED: Grants = {
  GetMe: greeter,
  GetSupport: reader,
  ListReasons: reader,
  GetAppMe: greeter,
  GetToken: settler,
  GetChange: settler,
  ListAuthorizations: reader,
  ListTokens: { ...lister, 'main/recent': dynamo('Query') },
  ListChanges: { ...lister, record: dynamo('PutItem', 'Query') },
  ListEvents: { ...reader, record: dynamo('Query'), ...cursor },
  ListCompanyEvents: {
    ...everyFunction,
    main: dynamo('BatchGetItem'),
    record: dynamo('BatchGetItem', 'Query'),
    'record/list': dynamo('Query'),
    ...cursor,
  },
  GetReceipt: { ...settler, record: dynamo('PutItem', 'Query'), 'receipt key': ['kms:GetPublicKey', 'kms:Sign'] },
  RequestChange: { ...recorder, workflow: ['states:SendTaskSuccess', 'states:StartExecution'] },
  CancelChange: decider,
  DecideChange: { ...decider, 'main/status': dynamo('Query') },
  CreateActivationCode: {
    ...everyFunction,
    main: dynamo(...READ, 'PutItem', 'UpdateItem', 'ConditionCheckItem'),
    record: dynamo('PutItem'),
  },
  EnrolDevice: {
    ...recorder,
    seeds: dynamo('BatchGetItem', 'PutItem'),
    'seed key': ['kms:Decrypt', 'kms:Encrypt'],
    ...onPush('CreatePlatformEndpoint', 'SetEndpointAttributes'),
  },
  VerifyOtp: {
    ...everyFunction,
    main: dynamo(...READ, 'PutItem'),
    seeds: dynamo('BatchGetItem'),
    'seed key': ['kms:Decrypt'],
  },
  UpdatePushToken: {
    ...everyFunction,
    main: dynamo(...WRITE),
    ...onPush('CreatePlatformEndpoint', 'SetEndpointAttributes', 'DeleteEndpoint'),
  },
  HoldChange: {
    ...everyFunction,
    main: dynamo(...READ, 'UpdateItem', 'ConditionCheckItem'),
    ...onPush('Publish'),
    workflow: ['states:SendTaskSuccess'],
  },
  ApplyChange: { ...recorder, seeds: dynamo('DeleteItem') },
  ExpireChange: settler,
  ReconcileChanges: {
    ...recorder,
    seeds: dynamo('DeleteItem'),
    'main/open': dynamo('Query'),
    'main/status': dynamo('Query'),
    workflow: ['states:SendTaskSuccess', 'states:StartExecution'],
    executions: ['states:DescribeExecution', 'states:StopExecution'],
    ...onPush('Publish'),
  },
  ArchiveEvents: {
    ...everyFunction,
    'record stream': dynamo('DescribeStream', 'GetRecords', 'GetShardIterator'),
    anything: [...dynamo('ListStreams'), ...everyFunction.anything],
    'archive/events': ['s3:PutObject'],
    'archive failures': ['sqs:GetQueueAttributes', 'sqs:GetQueueUrl', 'sqs:SendMessage'],
  },
  SignDay: {
    ...everyFunction,
    archive: ['s3:ListBucket', 's3:ListBucketVersions'],
    'archive/days': ['s3:GetObject', 's3:PutObject'],
    'day key': ['kms:GetPublicKey', 'kms:Sign'],
  },
  SendNotices: {
    ...everyFunction,
    main: dynamo('BatchGetItem', 'Query', 'PutItem', 'UpdateItem'),
    'record stream': dynamo('DescribeStream', 'GetRecords', 'GetShardIterator'),
    anything: [...dynamo('ListStreams'), ...everyFunction.anything],
    'notice failures': ['sqs:GetQueueAttributes', 'sqs:GetQueueUrl', 'sqs:SendMessage'],
    ...onPush('DeleteEndpoint', 'Publish'),
    'mail identity example.com': ['ses:SendEmail'],
  },
  PublishEvents: {
    ...everyFunction,
    'record stream': dynamo('DescribeStream', 'GetRecords', 'GetShardIterator'),
    anything: [...dynamo('ListStreams'), ...everyFunction.anything],
    'event failures': ['sqs:GetQueueAttributes', 'sqs:GetQueueUrl', 'sqs:SendMessage'],
    bus: ['events:PutEvents'],
  },
  ProposeRescue: {
    ...everyFunction,
    main: dynamo('BatchGetItem', 'PutItem', 'DeleteItem', 'ConditionCheckItem'),
    record: dynamo('PutItem'),
    workflow: ['states:StartExecution'],
  },
  ConfirmRescue: {
    ...everyFunction,
    main: dynamo('BatchGetItem', 'PutItem', 'ConditionCheckItem'),
    record: dynamo('PutItem'),
    workflow: ['states:SendTaskSuccess'],
  },
  AnswerPreflight: everyFunction,
  PushApplication: {
    ...everyFunction,
    anything: ['sns:CreatePlatformApplication', ...everyFunction.anything],
    'application GCM': ['sns:DeletePlatformApplication', 'sns:SetPlatformApplicationAttributes'],
    'application APNS': ['sns:DeletePlatformApplication', 'sns:SetPlatformApplicationAttributes'],
    'role of push logs': ['iam:PassRole'],
    'secret llavero/production/fcm': ['secretsmanager:GetSecretValue'],
    'secret llavero/production/apns': ['secretsmanager:GetSecretValue'],
  },
};

it('deploys these functions and no other', () => {
  expect(Object.keys(deployed).sort()).toEqual(Object.keys(EXPECTED).sort());
});

it.each(Object.keys(EXPECTED))('grants %s exactly what it needs', (name) => {
  expect(deployed[name]).toEqual(EXPECTED[name]);
});

it('lets enrolment and the verification of codes, and nothing else, open a sealed seed', () => {
  const openers = Object.entries(deployed).filter(([, grants]) => grants['seed key']?.includes('kms:Decrypt'));
  expect(openers.map(([name]) => name).sort()).toEqual(['EnrolDevice', 'VerifyOtp']);
});

it('lets enrolment put a sealed seed, enrolment and verification read it, and apply-change delete it', () => {
  const whoMay = (action: string) =>
    Object.entries(deployed).flatMap(([name, { seeds = [] }]) => (seeds.includes(`dynamodb:${action}`) ? name : []));
  expect(whoMay('PutItem')).toEqual(['EnrolDevice']);
  expect(whoMay('BatchGetItem')).toEqual(['EnrolDevice', 'VerifyOtp']);
  expect(whoMay('DeleteItem')).toEqual(['ApplyChange', 'ReconcileChanges']);
  const actions = Object.values(deployed).flatMap(({ seeds = [] }) => seeds);
  expect([...new Set(actions)].sort()).toEqual(dynamo('BatchGetItem', 'DeleteItem', 'PutItem'));
});

it('lets nobody change or delete what is in the record', () => {
  const actions = Object.values(deployed).flatMap((grants) => grants.record ?? []);
  expect([...new Set(actions)].sort()).toEqual(dynamo('BatchGetItem', 'PutItem', 'Query'));
});

it('lets no function scan', () => {
  const actions = [deployed, local].flatMap((stage) =>
    Object.values(stage).flatMap((grants) => Object.values(grants).flat()),
  );
  expect(actions.filter((action) => /Scan|PartiQL|\*/.test(action))).toEqual([]);
});

it('widens, in a local stage, only what answers tasks and what sends pushes and mails', () => {
  const { anything, ...rest } = local.HoldChange ?? {};
  expect(anything).toEqual([
    'sns:Publish',
    'states:SendTaskSuccess',
    'xray:PutTelemetryRecords',
    'xray:PutTraceSegments',
  ]);
  expect(rest).toEqual({
    'own log': everyFunction['own log'],
    main: dynamo(...READ, 'UpdateItem', 'ConditionCheckItem'),
  });
  expect(local.SendNotices?.anything).toEqual([
    'dynamodb:ListStreams',
    'ses:SendEmail',
    'sns:DeleteEndpoint',
    'sns:Publish',
    'xray:PutTelemetryRecords',
    'xray:PutTraceSegments',
  ]);
  expect(local.RequestChange?.workflow).toEqual(['states:StartExecution']);
});

it('lets the reader of push credentials use the key that the bank encrypts them with, by Secrets Manager alone', () => {
  const secretsKeyArn = 'arn:aws:kms:us-east-1:123456789012:key/00000000-0000-0000-0000-000000000000';
  const template = synthesizeStage({ ...DEPLOYED_STAGE, secretsKeyArn }).readTemplate('Service');
  expect(grantsByFunction(template).PushApplication?.['secrets’ key']).toEqual(['kms:Decrypt']);
  expect(JSON.stringify(template)).toContain(
    '{"StringEquals":{"kms:ViaService":"secretsmanager.us-east-1.amazonaws.com"}}',
  );
  expect(JSON.stringify(deployed.PushApplication)).not.toContain('kms:');
});
