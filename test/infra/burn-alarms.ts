import * as z from 'zod';
import { columnOf } from '../../bench/traffic/minutes.ts';
import { evaluateExpression } from './evaluate-expression.ts';
import { resourcesOf, type StageTemplate } from './synthesized-stage.ts';

/**
 * What was published of a metric within the last so many minutes, added up; undefined where nothing was. The metric by
 * its name and its own dimension's value, such as `PushObjective MET`.
 */
export type SumOf = (metric: string, minutes: number) => number | undefined;

/** Of one window of one objective, as deployed: what it computes of which metrics, and above which value it fires. */
interface Window {
  readonly expression: string;
  /** Metrics by the expression's ids of them. */
  readonly metrics: Readonly<Record<string, string>>;
  readonly minutes: number;
  readonly threshold: number;
}

/** The burn-rate alarms of a template, and the composite ones made of them, evaluated as CloudWatch does. */
export class BurnAlarms {
  /** By their names, `PushedFastLong` for one. */
  readonly windows: ReadonlyMap<string, Window>;
  private readonly rules: ReadonlyMap<string, Rule>;

  constructor(operations: StageTemplate) {
    this.windows = new Map(
      resourcesOf(operations, 'AWS::CloudWatch::Alarm').flatMap(([id, { Properties }]) =>
        id.startsWith('BurnRates') ? [[nameOf(id), windowOf(windowSchema.parse(Properties))]] : [],
      ),
    );
    this.rules = new Map(
      resourcesOf(operations, 'AWS::CloudWatch::CompositeAlarm').map(([id, { Properties }]) => {
        return [nameOf(id), ruleOf(ruleSchema.parse(Properties.AlarmRule))];
      }),
    );
  }

  valueOf(window: string, sumOf: SumOf): number | undefined {
    const { expression, metrics, minutes } = this.window(window);
    const values = Object.entries(metrics).map(([id, metric]) => [id, sumOf(metric, minutes)]);
    return evaluateExpression(expression, Object.fromEntries(values));
  }

  /** The composite alarms that fire, by their names; alarms that are not on burn rates are taken to be well. */
  firing(sumOf: SumOf): string[] {
    const fires = (name: string): boolean => {
      const rule = this.rules.get(name);
      if (rule) return rule(fires);
      return this.windows.has(name) && (this.valueOf(name, sumOf) ?? 0) > this.window(name).threshold;
    };
    return [...this.rules.keys()].filter(fires);
  }

  private window(name: string): Window {
    const window = this.windows.get(name);
    if (!window) throw new Error(`No alarm ${name}`);
    return window;
  }
}

/** `BurnRatesPushedFast1A2B3C4D` is `PushedFast`, `TellPage1A2B3C4D` is `Page`. */
const nameOf = (id: string) => id.replace(/^(?:BurnRates|Tell)/, '').replace(/[0-9A-F]{8}$/, '');

const metricSchema = z.object({
  MetricName: z.string(),
  Dimensions: z.array(z.object({ Name: z.string(), Value: z.unknown() })),
});
const sumSchema = z.object({ Period: z.number(), Stat: z.literal('Sum'), Metric: metricSchema });
const windowSchema = z.object({
  Threshold: z.number(),
  ComparisonOperator: z.literal('GreaterThanThreshold'),
  EvaluationPeriods: z.literal(1),
  TreatMissingData: z.literal('notBreaching'),
  Metrics: z.array(
    z.union([z.object({ Expression: z.string() }), z.object({ Id: z.string(), MetricStat: sumSchema })]),
  ),
});

function windowOf({ Threshold, Metrics }: z.infer<typeof windowSchema>): Window {
  const expressions = Metrics.flatMap((each) => ('Expression' in each ? [each.Expression] : []));
  const measured = Metrics.flatMap((each) => ('MetricStat' in each ? [each] : []));
  const periods = [...new Set(measured.map(({ MetricStat }) => MetricStat.Period))];
  const [expression = ''] = expressions;
  const [seconds = 0] = periods;
  if (expressions.length !== 1 || periods.length !== 1) throw new Error('Not one expression over one window');
  const metrics = measured.map(({ Id, MetricStat }) => [Id, metricOf(MetricStat.Metric)]);
  return { expression, metrics: Object.fromEntries(metrics), minutes: seconds / 60, threshold: Threshold };
}

function metricOf({ MetricName, Dimensions }: z.infer<typeof metricSchema>): string {
  return columnOf(MetricName, Object.fromEntries(Dimensions.map(({ Name, Value }) => [Name, Value])));
}

/** Whether a composite alarm fires while the alarms of these names do. */
type Rule = (fires: (name: string) => boolean) => boolean;

const ruleSchema = z.object({
  'Fn::Join': z.tuple([
    z.literal(''),
    z.array(z.union([z.string(), z.object({ 'Fn::GetAtt': z.tuple([z.string(), z.literal('Arn')]) })])),
  ]),
});

/** Of alarms that must all fire, or of which one must. */
function ruleOf({ 'Fn::Join': [, parts] }: z.infer<typeof ruleSchema>): Rule {
  const names = parts.flatMap((part) => (typeof part === 'string' ? [] : [nameOf(part['Fn::GetAtt'][0])]));
  const form = parts.map((part) => (typeof part === 'string' ? part : 'ID')).join('');
  const joinedBy = (word: string) => `(${names.map(() => 'ALARM("ID")').join(` ${word} `)})`;
  if (form === joinedBy('AND')) return (fires) => names.every(fires);
  if (form === joinedBy('OR')) return (fires) => names.some(fires);
  throw new Error(`Not understood: ${form}`);
}
