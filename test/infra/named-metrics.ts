import * as z from 'zod';
import { findResources, type StageTemplate } from './synthesized-stage.ts';

/** A metric as alarms and dashboards name it, and as it is emitted. */
export interface MetricIdentity {
  readonly namespace: string;
  readonly name: string;
  readonly dimensions: Readonly<Record<string, string>>;
}

/** All metrics of a name that have just these dimensions, whatever their values but those given: `SEARCH('{N,d} …')`. */
export interface MetricSearch {
  readonly namespace: string;
  readonly name: string;
  readonly dimensionNames: readonly string[];
  readonly dimensions: Readonly<Record<string, string>>;
}

/** True if an emitted metric is the one named, or one of those searched for. */
export function isNamedBy(metric: MetricIdentity, named: MetricIdentity | MetricSearch): boolean {
  const wanted = 'dimensionNames' in named ? named.dimensionNames : Object.keys(named.dimensions);
  return (
    metric.namespace === named.namespace &&
    metric.name === named.name &&
    wanted.toSorted().join() === Object.keys(metric.dimensions).toSorted().join() &&
    Object.entries(named.dimensions).every(([name, value]) => metric.dimensions[name] === value)
  );
}

/** Every metric that the alarms and dashboards of a template name, those within metric math and searches included. */
export function metricsNamedIn(template: StageTemplate): (MetricIdentity | MetricSearch)[] {
  const alarms = findResources(template, 'AWS::CloudWatch::Alarm').map(([, { Properties }]) => Properties);
  const dashboards = findResources(template, 'AWS::CloudWatch::Dashboard').map(([, { Properties }]) => Properties);
  return [
    ...alarms.flatMap(metricsOfAlarm),
    ...dashboards.flatMap(({ DashboardBody }) => metricsOfDashboard(JSON.parse(asText(DashboardBody)))),
  ];
}

const dimensionsSchema = z
  .array(z.object({ Name: z.string(), Value: z.unknown() }))
  .default([])
  .transform((list) => Object.fromEntries(list.map(({ Name, Value }) => [Name, asText(Value)])));

const metricSchema = z.object({ Namespace: z.string(), MetricName: z.string(), Dimensions: dimensionsSchema });

const alarmSchema = z.union([
  metricSchema.transform((metric) => [metric]),
  z
    .object({
      Metrics: z.array(
        z.union([z.object({ MetricStat: z.object({ Metric: metricSchema }) }), z.object({ Expression: z.string() })]),
      ),
    })
    .transform(({ Metrics }) => Metrics.flatMap((each) => ('MetricStat' in each ? [each.MetricStat.Metric] : []))),
]);

function metricsOfAlarm(properties: unknown): MetricIdentity[] {
  return alarmSchema.parse(properties).map(({ Namespace, MetricName, Dimensions }) => {
    return { namespace: Namespace, name: MetricName, dimensions: Dimensions };
  });
}

const optionsSchema = z.looseObject({ expression: z.string().optional() });
const dashboardSchema = z.object({
  widgets: z.array(
    z.object({
      properties: z.looseObject({ metrics: z.array(z.array(z.union([z.string(), optionsSchema]))).default([]) }),
    }),
  ),
});

function metricsOfDashboard(body: unknown): (MetricIdentity | MetricSearch)[] {
  return dashboardSchema.parse(body).widgets.flatMap(({ properties }) =>
    properties.metrics.flatMap((entry) => {
      const texts = entry.filter((each) => typeof each === 'string');
      const expressions = entry.flatMap((each) => (typeof each === 'string' ? [] : [each.expression ?? '']));
      const searches = expressions.flatMap(searchesIn);
      const [namespace, name, ...pairs] = texts;
      if (namespace === undefined || name === undefined) return searches;
      return [...searches, { namespace, name, dimensions: parseDimensions(pairs) }];
    }),
  );
}

function parseDimensions(pairs: readonly string[]): Record<string, string> {
  const names = pairs.filter((_, index) => index % 2 === 0);
  return Object.fromEntries(names.map((name, index) => [name, String(pairs[2 * index + 1])]));
}

/** The searches within an expression, each by its schema and its `name="value"` terms. */
function searchesIn(expression: string): MetricSearch[] {
  return [...expression.matchAll(/SEARCH\(\s*'\{([^}]*)\}([^']*)'/g)].map(([, schema = '', terms = '']) => {
    const [namespace = '', ...dimensionNames] = schema.split(',').map((part) => part.trim().replaceAll('"', ''));
    const given = [...terms.matchAll(/(\w+)\s*=\s*"([^"]*)"/g)].map(([, name = '', value = '']) => [name, value]);
    const { MetricName = '', ...dimensions } = Object.fromEntries(given);
    return { namespace, name: MetricName, dimensionNames, dimensions };
  });
}

/** A text of a template: what it refers to is named in its place. */
export function asText(value: unknown): string {
  if (typeof value === 'string') return value;
  const joined = z.object({ 'Fn::Join': z.tuple([z.string(), z.array(z.unknown())]) }).safeParse(value);
  if (joined.success) {
    const [separator, parts] = joined.data['Fn::Join'];
    return parts.map(asText).join(separator);
  }
  return JSON.stringify(value).replaceAll('"', '');
}
