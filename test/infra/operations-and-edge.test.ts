import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { DEPLOYED_STAGE, resourcesOf, type StageTemplate, synthesizeStage } from './synthesized-stage.ts';

let operations: StageTemplate;
let edge: StageTemplate;
let deployed: ReturnType<typeof synthesizeStage>;
let local: ReturnType<typeof synthesizeStage>;

beforeAll(() => {
  deployed = synthesizeStage(DEPLOYED_STAGE);
  local = synthesizeStage({});
  operations = deployed.templateOf('Operations');
  edge = deployed.templateOf('Edge');
});

it('deploys the edge only where there is a web firewall', () => {
  expect(deployed.stackNames.sort()).toEqual([
    'Llavero-production-Data',
    'Llavero-production-Edge',
    'Llavero-production-Operations',
    'Llavero-production-Service',
  ]);
  expect(local.stackNames.sort()).toEqual(['Llavero-local-Data', 'Llavero-local-Operations', 'Llavero-local-Service']);
});

it('alarms on faults, on what did not run, on a hold that outlives its time, on an altered record and on holders not told', () => {
  const alarms = resourcesOf(operations, 'AWS::CloudWatch::Alarm').map(([, { Properties }]) =>
    [Properties.Namespace, Properties.MetricName, Properties.ComparisonOperator, Properties.Threshold].join(' '),
  );
  expect(alarms.sort()).toEqual(
    [
      'AWS/ApiGateway 5XXError GreaterThanOrEqualToThreshold 1',
      'AWS/States ExecutionsFailed GreaterThanOrEqualToThreshold 1',
      'AWS/States ExecutionsTimedOut GreaterThanOrEqualToThreshold 1',
      'AWS/Lambda Errors GreaterThanOrEqualToThreshold 1',
      'AWS/Lambda Errors GreaterThanOrEqualToThreshold 1',
      'AWS/Lambda Errors GreaterThanOrEqualToThreshold 1',
      'AWS/Lambda Errors GreaterThanOrEqualToThreshold 1',
      'AWS/Lambda Errors GreaterThanOrEqualToThreshold 1',
      'AWS/Lambda Errors GreaterThanOrEqualToThreshold 1',
      'AWS/Lambda Invocations LessThanThreshold 1',
      'AWS/Lambda Invocations LessThanThreshold 1',
      'AWS/SQS ApproximateNumberOfMessagesVisible GreaterThanOrEqualToThreshold 1',
      'AWS/SQS ApproximateNumberOfMessagesVisible GreaterThanOrEqualToThreshold 1',
      'Llavero RecordAltered GreaterThanOrEqualToThreshold 1',
      'Llavero OldestOpenHoldAge GreaterThanThreshold 780',
      'AWS/DynamoDB ReadThrottleEvents GreaterThanOrEqualToThreshold 10',
      'AWS/DynamoDB WriteThrottleEvents GreaterThanOrEqualToThreshold 10',
      'AWS/DynamoDB ReadThrottleEvents GreaterThanOrEqualToThreshold 10',
      'AWS/DynamoDB WriteThrottleEvents GreaterThanOrEqualToThreshold 10',
    ].sort(),
  );
});

it('tells of every alarm by mail, and where nobody is named, nobody', () => {
  const actions = resourcesOf(operations, 'AWS::CloudWatch::Alarm').map(
    ([, { Properties }]) => Properties.AlarmActions,
  );
  expect(actions.every((action) => Array.isArray(action) && action.length === 1)).toBe(true);
  expect(resourcesOf(operations, 'AWS::SNS::Subscription').map(([, { Properties }]) => Properties)).toEqual([
    expect.objectContaining({ Protocol: 'email', Endpoint: 'operations@example.com' }),
  ]);
  const encrypted = { KmsMasterKeyId: { 'Fn::ImportValue': expect.stringContaining('OperationsKey') } };
  expect(resourcesOf(operations, 'AWS::SNS::Topic').map(([, { Properties }]) => Properties)).toEqual([
    expect.objectContaining(encrypted),
  ]);
  expect(resourcesOf(local.templateOf('Operations'), 'AWS::SNS::Topic')).toEqual([]);
});

it('points every alarm at a section of the runbook that exists', () => {
  const root = join(import.meta.dirname, '../..');
  for (const [, { Properties }] of resourcesOf(operations, 'AWS::CloudWatch::Alarm')) {
    const [, file = '', section = ''] = /^See (.+)#(.+)$/.exec(String(Properties.AlarmDescription)) ?? [];
    expect(existsSync(join(root, file))).toBe(true);
    const headings = readFileSync(join(root, file), 'utf8').match(/^## .+$/gm) ?? [];
    expect(headings.map((heading) => heading.slice(3).toLowerCase().replaceAll(' ', '-'))).toContain(section);
  }
});

it('has one dashboard', () => {
  expect(resourcesOf(operations, 'AWS::CloudWatch::Dashboard')).toHaveLength(1);
});

it('puts managed rules and a limit per address before the API', () => {
  const [[, acl] = []] = resourcesOf(edge, 'AWS::WAFv2::WebACL');
  const rules = acl?.Properties.Rules as { Name: string; Statement: unknown }[];
  expect(rules.map((rule) => [rule.Name, rule.Statement])).toEqual([
    ['RequestsPerAddress', { RateBasedStatement: { AggregateKeyType: 'IP', Limit: 2_000 } }],
    ['AWSManagedRulesAmazonIpReputationList', managed('AWSManagedRulesAmazonIpReputationList')],
    [
      'AWSManagedRulesCommonRuleSet',
      managed('AWSManagedRulesCommonRuleSet', [{ Name: 'SizeRestrictions_BODY', ActionToUse: { Count: {} } }]),
    ],
    ['AWSManagedRulesKnownBadInputsRuleSet', managed('AWSManagedRulesKnownBadInputsRuleSet')],
  ]);
  expect(JSON.stringify(resourcesOf(edge, 'AWS::WAFv2::WebACLAssociation'))).toContain('/stages/');
});

it('logs what the firewall refuses or counts, encrypted, without tokens and without what was searched for', () => {
  const [[, log] = []] = resourcesOf(edge, 'AWS::Logs::LogGroup');
  expect(log?.Properties).toMatchObject({
    LogGroupName: 'aws-waf-logs-Llavero-production-Edge',
    KmsKeyId: { 'Fn::ImportValue': expect.stringContaining('OperationsKey') },
    RetentionInDays: 365,
  });
  const [[, logging] = []] = resourcesOf(edge, 'AWS::WAFv2::LoggingConfiguration');
  expect(logging?.Properties).toMatchObject({
    ResourceArn: { 'Fn::GetAtt': ['WebAcl', 'Arn'] },
    LoggingFilter: { DefaultBehavior: 'DROP' },
    RedactedFields: [{ SingleHeader: { Name: 'authorization' } }, { QueryString: {} }],
  });
  expect(JSON.stringify(logging?.Properties.LogDestinationConfigs)).toMatch(
    /:log-group:aws-waf-logs-Llavero-production-Edge"/,
  );
});

function managed(name: string, overrides?: unknown) {
  return {
    ManagedRuleGroupStatement: {
      VendorName: 'AWS',
      Name: name,
      ...(overrides === undefined ? {} : { RuleActionOverrides: overrides }),
    },
  };
}
