import { DEPLOYED_STAGE, findResources, type StageTemplate, synthesizeStage } from './synthesized-stage.ts';

let data: StageTemplate;
let service: StageTemplate;
let local: StageTemplate;

beforeAll(() => {
  const deployed = synthesizeStage(DEPLOYED_STAGE);
  data = deployed.readTemplate('Data');
  service = deployed.readTemplate('Service');
  local = synthesizeStage({}).readTemplate('Data');
});

const findArchive = (template: StageTemplate) => {
  const [found] = findResources(template, 'AWS::S3::Bucket').filter(([id]) => id.startsWith('Archive'));
  if (!found) throw new Error('There is no archive');
  return found;
};

interface Statement {
  readonly Sid?: string;
  readonly Effect: string;
  readonly Principal: unknown;
  readonly Action: unknown;
  readonly Condition?: unknown;
}

const findPolicy = (template: StageTemplate): Statement[] => {
  const [id] = findArchive(template);
  const policy = findResources(template, 'AWS::S3::BucketPolicy').find(
    ([, { Properties }]) => JSON.stringify(Properties.Bucket) === JSON.stringify({ Ref: id }),
  )?.[1];
  if (!policy) throw new Error('The archive has no policy');
  return (policy.Properties.PolicyDocument as { Statement: Statement[] }).Statement;
};

const buildLock = (days: number) => ({
  ObjectLockEnabled: 'Enabled',
  Rule: { DefaultRetention: { Mode: 'COMPLIANCE', Days: days } },
});

it('keeps the archive locked in compliance mode for ten years, encrypted, versioned, private, and after its stack', () => {
  const [, archive] = findArchive(data);
  expect([archive.DeletionPolicy, archive.Properties]).toEqual([
    'Retain',
    expect.objectContaining({
      ObjectLockEnabled: true,
      ObjectLockConfiguration: buildLock(3653),
      VersioningConfiguration: { Status: 'Enabled' },
      BucketEncryption: {
        ServerSideEncryptionConfiguration: [{ ServerSideEncryptionByDefault: { SSEAlgorithm: 'AES256' } }],
      },
      PublicAccessBlockConfiguration: {
        BlockPublicAcls: true,
        BlockPublicPolicy: true,
        IgnorePublicAcls: true,
        RestrictPublicBuckets: true,
      },
      OwnershipControls: { Rules: [{ ObjectOwnership: 'BucketOwnerEnforced' }] },
    }),
  ]);
  expect(findArchive(local)[1].Properties.ObjectLockConfiguration).toEqual(buildLock(1));
});

it('refuses everybody to delete there, to put where something is, or to come without encryption', () => {
  const refused = findPolicy(data).map(({ Sid, Effect, Principal, Action, Condition }) => ({
    Sid,
    Effect,
    Principal,
    Action,
    Condition,
  }));
  const everybody = { Effect: 'Deny', Principal: { AWS: '*' } };
  expect(refused).toEqual([
    { ...everybody, Sid: undefined, Action: 's3:*', Condition: { Bool: { 'aws:SecureTransport': 'false' } } },
    {
      ...everybody,
      Sid: 'NoDeletion',
      Action: ['s3:BypassGovernanceRetention', 's3:DeleteObject', 's3:DeleteObjectVersion'],
      Condition: undefined,
    },
    {
      ...everybody,
      Sid: 'NoOverwriting',
      Action: 's3:PutObject',
      Condition: { Null: { 's3:if-none-match': 'true' } },
    },
  ]);
  expect(findPolicy(local).map(({ Sid }) => Sid)).toEqual([undefined, 'NoDeletion']);
});

it('archives what the record’s stream carries; what cannot be goes aside instead of holding up the rest', () => {
  const mappings = findResources(service, 'AWS::Lambda::EventSourceMapping').filter(([id]) =>
    id.startsWith('ArchiveEvents'),
  );
  expect(mappings.map(([, { Properties }]) => Properties)).toEqual([
    expect.objectContaining({
      StartingPosition: 'TRIM_HORIZON',
      BatchSize: 100,
      BisectBatchOnFunctionError: true,
      MaximumRetryAttempts: 100,
      MaximumRecordAgeInSeconds: 43_200,
      DestinationConfig: {
        OnFailure: { Destination: { 'Fn::GetAtt': [expect.stringContaining('ArchiveStreamFailures'), 'Arn'] } },
      },
    }),
  ]);
  const record = findResources(data, 'AWS::DynamoDB::Table').find(([id]) => id.includes('Record'))?.[1];
  expect(record?.Properties.StreamSpecification).toEqual({ StreamViewType: 'NEW_IMAGE' });
});

it('signs the days that are over, every night', () => {
  const rules = findResources(service, 'AWS::Events::Rule').map(([, { Properties }]) => Properties.ScheduleExpression);
  expect(rules).toContain('cron(30 0 * * ? *)');
});

it('keeps failures encrypted and for a fortnight', () => {
  const queues = findResources(service, 'AWS::SQS::Queue').filter(([id]) => id.startsWith('ArchiveStreamFailures'));
  expect(queues.map(([, { Properties }]) => Properties)).toEqual([
    expect.objectContaining({ SqsManagedSseEnabled: true, MessageRetentionPeriod: 1_209_600 }),
  ]);
});
