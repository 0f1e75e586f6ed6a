import { isNamedBy, metricsNamedIn } from './named-metrics.ts';
import type { TemplateResource } from './synthesized-stage.ts';

const template = (...resources: TemplateResource[]) => ({
  Resources: Object.fromEntries(resources.map((resource, index) => [`R${index}`, resource])),
});
const alarm = (Properties: Record<string, unknown>) => ({ Type: 'AWS::CloudWatch::Alarm', Properties });
const dashboard = (...metrics: unknown[]) => ({
  Type: 'AWS::CloudWatch::Dashboard',
  Properties: {
    DashboardBody: {
      'Fn::Join': [
        '',
        ['{"widgets":[{"type":"text","properties":{"markdown":"', { Ref: 'R' }, `"}},`].concat(
          `{"type":"metric","properties":{"metrics":${JSON.stringify(metrics)}}}]}`,
        ),
      ],
    },
  },
});

const plain = { namespace: 'N', name: 'A', dimensions: { d: 'v' } };

it('finds the metric of an alarm, and every metric of one on an expression', () => {
  const Dimensions = [{ Name: 'd', Value: 'v' }];
  const metric = (MetricName: string) => ({ MetricStat: { Metric: { Namespace: 'N', MetricName, Dimensions } } });
  const found = metricsNamedIn(
    template(
      alarm({ Namespace: 'N', MetricName: 'A', Dimensions }),
      alarm({ Namespace: 'N', MetricName: 'B', Dimensions: [{ Name: 'd', Value: { Ref: 'Table' } }] }),
      alarm({ Metrics: [{ Id: 'e', Expression: 'c/d' }, metric('C'), metric('D')] }),
    ),
  );
  expect(found).toEqual([
    plain,
    { ...plain, name: 'B', dimensions: { d: '{Ref:Table}' } },
    { ...plain, name: 'C' },
    { ...plain, name: 'D' },
  ]);
});

it('finds the metrics and the searches of a dashboard', () => {
  const search = `SEARCH('{N,code,service} MetricName="B" service="s"', 'Sum', 60)`;
  const found = metricsNamedIn(
    template(
      dashboard(['N', 'A', 'd', 'v', { stat: 'Sum' }], [{ expression: 'a/2' }], [{ expression: search }], ['N', 'C']),
    ),
  );
  expect(found).toEqual([
    plain,
    { namespace: 'N', name: 'B', dimensionNames: ['code', 'service'], dimensions: { service: 's' } },
    { namespace: 'N', name: 'C', dimensions: {} },
  ]);
});

it('an emitted metric is the one named by name, namespace and exactly its dimensions', () => {
  expect(isNamedBy(plain, { ...plain, dimensions: { d: 'v' } })).toBe(true);
  for (const other of [
    { ...plain, namespace: 'M' },
    { ...plain, name: 'B' },
    { ...plain, dimensions: { d: 'w' } },
    { ...plain, dimensions: {} },
    { ...plain, dimensions: { d: 'v', e: 'x' } },
  ]) {
    expect(isNamedBy(plain, other)).toBe(false);
  }
});

it('an emitted metric is searched for by its dimensions’ names, and by the values that the search gives', () => {
  const emitted = { namespace: 'N', name: 'B', dimensions: { service: 's', code: 'NOT_FOUND' } };
  const search = { namespace: 'N', name: 'B', dimensionNames: ['code', 'service'], dimensions: { service: 's' } };
  expect(isNamedBy(emitted, search)).toBe(true);
  expect(isNamedBy(emitted, { ...search, dimensions: { service: 't' } })).toBe(false);
  expect(isNamedBy(emitted, { ...search, dimensionNames: ['service'] })).toBe(false);
  expect(isNamedBy(emitted, { ...search, name: 'A' })).toBe(false);
});
