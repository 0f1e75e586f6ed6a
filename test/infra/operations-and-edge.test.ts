import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { FUNCTIONS } from '../../infra/functions.ts';
import { DEPLOYED_STAGE, findResources, type StageTemplate, synthesizeStage } from './synthesized-stage.ts';

let operations: StageTemplate;
let deployed: ReturnType<typeof synthesizeStage>;
let local: ReturnType<typeof synthesizeStage>;

beforeAll(() => {
  deployed = synthesizeStage(DEPLOYED_STAGE);
  local = synthesizeStage({});
  operations = deployed.readTemplate('Operations');
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

it('has an alarm on each symptom, on one metric each', () => {
  const alarms = findResources(operations, 'AWS::CloudWatch::Alarm').filter(
    ([, { Properties }]) => Properties.MetricName,
  );
  const told = alarms.map(([, { Properties }]) => {
    const { Namespace, MetricName, ComparisonOperator, Threshold, Period, EvaluationPeriods, Dimensions } = Properties;
    const own = (Dimensions as { Name: string; Value: unknown }[] | undefined)?.find(({ Name }) =>
      ['kind', 'code', 'GlobalSecondaryIndexName'].includes(Name),
    );
    const metric = [Namespace, MetricName, ...(own ? [own.Value] : [])].join(' ');
    const operator =
      ComparisonOperator === 'LessThanThreshold' ? '<' : ComparisonOperator === 'GreaterThanThreshold' ? '>' : '>=';
    return `${metric} ${operator} ${Threshold} in ${EvaluationPeriods} x ${Period} s`;
  });
  expect(told.sort()).toEqual(
    [
      'AWS/ApiGateway 5XXError >= 1 in 1 x 300 s',
      'Llavero/Api TooManyRequests >= 50 in 1 x 300 s',
      'Llavero/Push GCMDeliveriesFailed >= 5 in 1 x 300 s',
      'Llavero/Push APNSDeliveriesFailed >= 5 in 1 x 300 s',
      'AWS/States ExecutionsFailed >= 1 in 1 x 300 s',
      'AWS/States ExecutionsTimedOut >= 1 in 1 x 300 s',
      ...Array.from({ length: 8 }, () => 'AWS/Lambda Errors >= 1 in 1 x 300 s'),
      'AWS/Lambda Invocations < 1 in 10 x 60 s',
      'AWS/Lambda Invocations < 1 in 26 x 3600 s',
      ...Array.from({ length: 3 }, () => 'AWS/Lambda IteratorAge >= 600000 in 1 x 300 s'),
      ...Array.from({ length: 3 }, () => 'AWS/SQS ApproximateNumberOfMessagesVisible >= 1 in 1 x 300 s'),
      'Llavero RecordAltered >= 1 in 1 x 300 s',
      'Llavero ReconcilerRepairs >= 1 in 1 x 300 s',
      'Llavero ReconcilerFailures >= 1 in 3 x 300 s',
      'Llavero OldestOpenHoldAge > 780 in 1 x 300 s',
      'Llavero PushFailures APPLICATION_DISABLED >= 1 in 1 x 300 s',
      'Llavero Refusals PROOF_REFUSED >= 10 in 1 x 300 s',
      'Llavero PermissionsRefused >= 1 in 1 x 300 s',
      'Llavero SeedsMissing >= 3 in 1 x 300 s',
      'Llavero Refusals NOT_FOUND >= 20 in 1 x 300 s',
      'Llavero ManyBlocks >= 1 in 1 x 300 s',
      'Llavero LastApproverBlocked >= 1 in 1 x 300 s',
      ...['Read', 'Write'].flatMap((direction) =>
        Array.from({ length: 3 }, () => `AWS/DynamoDB ${direction}ThrottleEvents >= 10 in 1 x 300 s`),
      ),
      ...['list', 'status', 'recent', 'open', 'list'].map(
        (index) => `AWS/DynamoDB WriteThrottleEvents ${index} >= 10 in 1 x 300 s`,
      ),
    ].sort(),
  );
});

it('leaves out of a local stage what its engine has not: expressions, alarms on alarms, saved queries', () => {
  const own = local.readTemplate('Operations');
  expect(findResources(own, 'AWS::CloudWatch::CompositeAlarm')).toEqual([]);
  expect(findResources(own, 'AWS::Logs::QueryDefinition')).toEqual([]);
  const simple = (template: StageTemplate) =>
    findResources(template, 'AWS::CloudWatch::Alarm').filter(([, { Properties }]) => Properties.MetricName).length;
  expect(findResources(own, 'AWS::CloudWatch::Alarm')).toHaveLength(simple(operations));
});

it('tells of every alarm by ticket, and calls somebody by one alarm alone', () => {
  const topics = findResources(operations, 'AWS::SNS::Topic').map(([id]) => id);
  const tellers = [
    ...findResources(operations, 'AWS::CloudWatch::Alarm').filter(([, { Properties }]) => Properties.MetricName),
    ...findResources(operations, 'AWS::CloudWatch::CompositeAlarm'),
  ];
  const told = Map.groupBy(tellers, ([, { Properties }]) => {
    const [action] = Properties.AlarmActions as { Ref: string }[];
    return topics.find((topic) => topic === action?.Ref)?.replace(/^Tell|[0-9A-F]{8}$/g, '');
  });
  expect([...told.keys()].sort()).toEqual(['Pages', 'Tickets']);
  const pages = told.get('Pages') ?? [];
  expect(pages).toHaveLength(1);
  const rule = JSON.stringify(pages[0]?.[1].Properties.AlarmRule);
  for (const paging of [
    'OldestOpenHold',
    'RecordAltered',
    'PushApplicationDisabled',
    'ProofsRefused',
    'OthersAsked',
    'SeedsMissing',
    'ServedFast',
    'PushedSteady',
    'AppliedFast',
  ])
    expect(rule).toContain(paging);
  for (const waiting of ['ApiFaults', 'ServedSlow', 'HoldersNotTold', 'Throttled']) expect(rule).not.toContain(waiting);
  expect(findResources(local.readTemplate('Operations'), 'AWS::SNS::Topic')).toEqual([]);
});

it('points every alarm at a section of the runbook that says what is seen, how to look, how to mend and when it is mended', () => {
  const [introduction, ...sections] = readFileSync(join(import.meta.dirname, '../../docs/runbook.md'), 'utf8').split(
    /^## /m,
  );
  expect(introduction).toContain('# Runbook');
  const slug = (title: string) => title.toLowerCase().replaceAll(' ', '-');
  const byLink = new Map(sections.map((section) => [slug(section.slice(0, section.indexOf('\n'))), section]));
  const alarms = ['AWS::CloudWatch::Alarm', 'AWS::CloudWatch::CompositeAlarm'].flatMap((type) =>
    findResources(operations, type),
  );
  for (const [id, { Properties }] of alarms) {
    const [, link = ''] = /^See docs\/runbook\.md#(.+)$/.exec(String(Properties.AlarmDescription)) ?? [];
    const said = byLink.get(link)?.match(/^- (?:What the user sees|How to look|How to mend|Mended when):/gm) ?? [];
    expect([id, said.map((each) => each.slice(2, -1))]).toEqual([
      id,
      ['What the user sees', 'How to look', 'How to mend', 'Mended when'],
    ]);
  }
});

it('has a page on the service’s health and one with everything, in Spanish and English', () => {
  const bodies = findResources(operations, 'AWS::CloudWatch::Dashboard').map(([, { Properties }]) =>
    JSON.stringify(Properties.DashboardBody),
  );
  expect(bodies).toHaveLength(2);
  const titles = bodies.flatMap((body) => [...body.matchAll(/\\"title\\":\\"(.*?)\\"/g)].map(([, title]) => title));
  expect(titles.length).toBeGreaterThan(25);
  expect(titles.filter((title) => !title?.includes(' · '))).toEqual([]);
});

it('saves a query for one change’s story, by the id that every line has', () => {
  const queries = findResources(operations, 'AWS::Logs::QueryDefinition').map(([, { Properties }]) => Properties);
  expect(queries).toHaveLength(6);
  const story = queries.find(({ Name }) => String(Name).includes('Historia'));
  expect(story?.QueryString).toContain('filter correlationId = "REQUEST_ID" or requestId = "REQUEST_ID"');
  expect(story?.LogGroupNames).toHaveLength(Object.keys(FUNCTIONS).length + 1);
});

it('saves a query for callers who are refused again and again, by the opaque id in a refusal’s line', () => {
  expect(readQueryString('Rechazos por usuario')).toEqual([
    'fields userId, code',
    'filter message = "request refused"',
    'filter ispresent(userId)',
    'stats count(*) as times by userId, code',
    'sort times desc',
  ]);
});

it('saves a query for failures, also for those that only Lambda itself reports', () => {
  const lines = readQueryString('Fallas y su causa');
  expect(lines[0]?.split(', ')).toEqual(
    expect.arrayContaining(['message', 'errorNames.0', 'correlationId', '@message']),
  );
  expect(lines[1]).toBe('filter level = "ERROR" or @message like /Task timed out|Runtime exited/');
});

/** The lines of the saved query whose name has this text. */
function readQueryString(name: string): string[] {
  const queries = findResources(operations, 'AWS::Logs::QueryDefinition').map(([, { Properties }]) => Properties);
  return String(queries.find(({ Name }) => String(Name).includes(name))?.QueryString).split('\n| ');
}
