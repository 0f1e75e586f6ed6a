import { DEPLOYED_STAGE, findResources, type StageTemplate, synthesizeStage } from './synthesized-stage.ts';

let service: StageTemplate;

beforeAll(() => {
  service = synthesizeStage(DEPLOYED_STAGE).readTemplate('Service');
});

/** The log in which SNS writes the failures of an application, by the name that SNS gives it. */
const nameLog = (platform: string, name: string) => `sns/us-east-1/123456789012/app/${platform}/${name}/Failure`;
const LOGS = [nameLog('GCM', 'llavero-production-android'), nameLog('APNS', 'llavero-production-ios')];

const findLogs = () =>
  findResources(service, 'AWS::Logs::LogGroup').filter(([, { Properties }]) =>
    String(Properties.LogGroupName).startsWith('sns/'),
  );

it('has a log of undelivered pushes for each application: with the stage’s key, for a month, with push tokens masked', () => {
  expect(findLogs().map(([, { Properties }]) => Properties.LogGroupName)).toEqual(LOGS);
  for (const [, log] of findLogs()) {
    expect(log).toMatchObject({
      DeletionPolicy: 'Delete',
      Properties: {
        RetentionInDays: 30,
        KmsKeyId: { 'Fn::ImportValue': expect.stringContaining('OperationsKey') },
        DataProtectionPolicy: {
          Configuration: {
            CustomDataIdentifier: [
              { Name: 'ApnsToken', Regex: '[0-9A-Fa-f]{64}' },
              { Name: 'FcmToken', Regex: '[0-9A-Za-z_-]{100}' },
            ],
          },
          Statement: [
            expect.objectContaining({ DataIdentifier: ['ApnsToken', 'FcmToken'] }),
            {
              DataIdentifier: ['ApnsToken', 'FcmToken'],
              Operation: { Deidentify: { MaskConfig: {} } },
              Sid: expect.anything(),
            },
          ],
        },
      },
    });
  }
});

it.each([
  { name: 'the id of an endpoint', text: '1a2b3c4d-1111-2222-3333-444455556666', masked: false },
  { name: 'a token of APNs', text: 'a1b2c3d4'.repeat(8), masked: true },
  { name: 'a longer token of APNs', text: 'A1B2C3D4'.repeat(20), masked: true },
  { name: 'a token of FCM', text: `${'x'.repeat(22)}:APA91b${'Qw_-9'.repeat(27)}`, masked: true },
])('masks $name: $masked', ({ text, masked }) => {
  const patterns = findLogs().flatMap(([, { Properties }]) =>
    [...JSON.stringify(Properties.DataProtectionPolicy).matchAll(/"Regex":"([^"]+)"/g)].map(([, regex = '']) => regex),
  );
  expect(patterns).toHaveLength(4);
  expect(patterns.some((regex) => new RegExp(regex).test(text))).toBe(masked);
});

it('has SNS write there as a role that may do nothing else, and the log be there before its application', () => {
  const logIds = findLogs().map(([id]) => id);
  const applications = findResources(service, 'Custom::PushApplication');
  expect(applications).toHaveLength(2);
  for (const [index, [, { Properties, DependsOn }]] of applications.entries()) {
    expect(Properties.CredentialsVersion).toBe('1');
    expect(Properties.FailureFeedbackRoleArn).toEqual({
      'Fn::GetAtt': [expect.stringMatching(/^PushDeliveryLogWriter/), 'Arn'],
    });
    expect(DependsOn).toEqual(
      expect.arrayContaining([logIds[index], expect.stringMatching(/^PushDeliveryLogWriterDefaultPolicy/)]),
    );
  }
  const [policy] = findResources(service, 'AWS::IAM::Policy').filter(([id]) => id.startsWith('PushDeliveryLogWriter'));
  expect(policy?.[1].Properties.PolicyDocument).toEqual({
    Version: '2012-10-17',
    Statement: [
      {
        Effect: 'Allow',
        Action: 'logs:CreateLogGroup',
        // The CDK sorts them.
        Resource: LOGS.toReversed().map((name) => ({
          'Fn::Join': ['', ['arn:', { Ref: 'AWS::Partition' }, `:logs:us-east-1:123456789012:log-group:${name}`]],
        })),
      },
      {
        Effect: 'Allow',
        Action: ['logs:CreateLogStream', 'logs:PutLogEvents'],
        Resource: logIds.map((id) => ({ 'Fn::GetAtt': [id, 'Arn'] })),
      },
    ],
  });
});

it('counts what is written there, by platform', () => {
  const filters = findResources(service, 'AWS::Logs::MetricFilter').filter(([id]) => id.startsWith('Push'));
  expect(filters.map(([, { Properties }]) => [Properties.FilterPattern, Properties.MetricTransformations])).toEqual(
    ['GCM', 'APNS'].map((platform) => [
      '{ $.status = "FAILURE" }',
      [{ MetricNamespace: 'Llavero/Push', MetricName: `${platform}DeliveriesFailed`, MetricValue: '1' }],
    ]),
  );
});
