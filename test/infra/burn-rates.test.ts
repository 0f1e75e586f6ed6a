import { runInNewContext } from 'node:vm';
import * as z from 'zod';
import { DEPLOYED_STAGE, findResources, synthesizeStage } from './synthesized-stage.ts';

/** A minute of traffic: what went wrong and what went right. */
interface Minute {
  readonly bad: number;
  readonly good: number;
  /** Of what went right, as was found later, this did not. */
  readonly undone?: number;
}

const dimensionSchema = z.object({ Name: z.string(), Value: z.unknown() });
const windowSchema = z.object({
  Threshold: z.number(),
  ComparisonOperator: z.literal('GreaterThanThreshold'),
  EvaluationPeriods: z.literal(1),
  TreatMissingData: z.literal('notBreaching'),
  Metrics: z.tuple(
    [z.object({ Expression: z.string() })],
    z.object({
      Id: z.string(),
      MetricStat: z.object({
        Period: z.number(),
        Stat: z.literal('Sum'),
        Metric: z.object({ MetricName: z.string(), Dimensions: z.array(dimensionSchema).default([]) }),
      }),
    }),
  ),
});
type Window = z.infer<typeof windowSchema>;

const ruleSchema = z.object({
  'Fn::Join': z.tuple([
    z.literal(''),
    z.array(z.union([z.string(), z.object({ 'Fn::GetAtt': z.tuple([z.string(), z.literal('Arn')]) })])),
  ]),
});

/** Alarms on one window and rules of composite alarms, as deployed, by the names that the code gives them. */
let windows: ReadonlyMap<string, Window>;
let rules: ReadonlyMap<string, string>;

/** `BurnRatesPushedFast1A2B3C4D` is `PushedFast`, `TellPage1A2B3C4D` is `Page`. */
const nameFrom = (logicalId: string) => logicalId.replace(/^(?:BurnRates|Tell)/, '').replace(/[0-9A-F]{8}$/, '');

beforeAll(() => {
  const operations = synthesizeStage(DEPLOYED_STAGE).readTemplate('Operations');
  windows = new Map(
    findResources(operations, 'AWS::CloudWatch::Alarm').flatMap(([id, { Properties }]) =>
      id.startsWith('BurnRates') ? [[nameFrom(id), windowSchema.parse(Properties)]] : [],
    ),
  );
  rules = new Map(
    findResources(operations, 'AWS::CloudWatch::CompositeAlarm').map(([id, { Properties }]) => {
      const [, parts] = ruleSchema.parse(Properties.AlarmRule)['Fn::Join'];
      const rule = parts.map((part) => (typeof part === 'string' ? part : nameFrom(part['Fn::GetAtt'][0])));
      return [nameFrom(id), rule.join('')];
    }),
  );
});

const windowNamed = (name: string): Window => {
  const window = windows.get(name);
  if (!window) throw new Error(`No alarm ${name}`);
  return window;
};
const minutesIn = ({ Metrics: [, first] }: Window) => (first?.MetricStat.Period ?? Number.NaN) / 60;

/**
 * The value of a window's expression at the end of the traffic. What these expressions use of metric math is written
 * as JavaScript writes it; CloudWatch publishes nothing of what did not happen.
 */
function burnRate(name: string, traffic: readonly Minute[]): number {
  const window = windowNamed(name);
  const [{ Expression }, ...metrics] = window.Metrics;
  const seen = traffic.slice(-minutesIn(window));
  const sums = { bad: 0, good: 0, undone: 0 };
  for (const { bad, good, undone = 0 } of seen) {
    sums.bad += bad;
    sums.good += good;
    sums.undone += undone;
  }
  const published = metrics.map(({ Id, MetricStat: { Metric } }) => {
    const counts = [Metric.MetricName, ...Metric.Dimensions.map(({ Value }) => Value)];
    const isBad = counts.includes('5XXError') || counts.includes('MISSED');
    const sum = isBad ? sums.bad : counts.includes('Count') ? sums.bad + sums.good : sums.good;
    // One of the two platforms: the sum is of both.
    if (counts.includes('APNSDeliveriesFailed')) return [Id, sums.undone || undefined];
    return [Id, counts.includes('GCMDeliveriesFailed') ? undefined : sum || undefined];
  });
  return z.number().parse(
    runInNewContext(Expression, {
      ...Object.fromEntries(published),
      FILL: (value: number | undefined, fallback: number) => value ?? fallback,
      IF: (condition: boolean, then: number, otherwise: number) => (condition ? then : otherwise),
    }),
  );
}

const fires = (alarm: string, traffic: readonly Minute[]) =>
  ['Long', 'Short'].every((window) => {
    return burnRate(`${alarm}${window}`, traffic) > windowNamed(`${alarm}${window}`).Threshold;
  });

const minutes = (count: number, minute: Minute): Minute[] => Array.from({ length: count }, () => minute);

const DAY = 24 * 60;
const HEALTHY: Minute = { bad: 0, good: 100 };
const SPEEDS = ['Fast', 'Steady', 'Slow'];
const ALARMS = ['Served', 'Pushed', 'Applied'].flatMap((objective) => SPEEDS.map((speed) => `${objective}${speed}`));

it('has for each objective the three speeds of the SRE workbook, each on two windows', () => {
  const told = [...windows].map(([name, window]) => `${name} ${minutesIn(window)} min > ${window.Threshold}`);
  expect(told.sort()).toEqual(
    ['Served', 'Pushed', 'Applied']
      .flatMap((objective) => [
        `${objective}FastLong 60 min > 14.4`,
        `${objective}FastShort 5 min > 14.4`,
        `${objective}SteadyLong 360 min > 6`,
        `${objective}SteadyShort 30 min > 6`,
        `${objective}SlowLong 4320 min > 1`,
        `${objective}SlowShort 360 min > 1`,
      ])
      .sort(),
  );
});

it('fires an alarm where both its windows do, and calls somebody where a fast or a steady one fires', () => {
  const both = ALARMS.map((alarm) => [alarm, `(ALARM("${alarm}Long") AND ALARM("${alarm}Short"))`]);
  expect([...rules].filter(([name]) => ALARMS.includes(name)).sort()).toEqual(both.sort());
  const called = ALARMS.filter((alarm) => rules.get('Page')?.includes(`ALARM("${alarm}")`));
  expect(called).toEqual(ALARMS.filter((alarm) => !alarm.endsWith('Slow')));
  expect(rules.get('Page')).not.toContain('AND');
});

it.each(ALARMS)('%s is silent without failures, without traffic, and where all that failed is one request', (alarm) => {
  expect(fires(alarm, minutes(3 * DAY, HEALTHY))).toBe(false);
  expect(fires(alarm, minutes(3 * DAY, { bad: 0, good: 0 }))).toBe(false);
  expect(fires(alarm, [...minutes(60, { bad: 0, good: 0 }), { bad: 1, good: 0 }])).toBe(false);
});

it.each(ALARMS)(
  '%s fires while everything fails, and clears once it is mended for as long as its short window',
  (alarm) => {
    const failing = [...minutes(3 * DAY, HEALTHY), ...minutes(6 * 60, { bad: 100, good: 0 })];
    expect(fires(alarm, failing)).toBe(true);
    expect(fires(alarm, [...failing, ...minutes(minutesIn(windowNamed(`${alarm}Short`)), HEALTHY)])).toBe(false);
  },
);

it('counts as failed a push that SNS accepted and no phone got', () => {
  const accepted = { bad: 0, good: 10 };
  const lost = [...minutes(3 * DAY, accepted), ...minutes(6 * 60, { ...accepted, undone: 10 })];
  expect(SPEEDS.filter((speed) => fires(`Pushed${speed}`, lost))).toEqual(SPEEDS);
  expect(burnRate('PushedFastLong', [{ bad: 10, good: 10, undone: 10 }])).toBeCloseTo(1 / 0.01, 6);
  const few = [...minutes(3 * DAY, accepted), ...minutes(6 * 60, { ...accepted, undone: 0.05 })];
  expect(SPEEDS.filter((speed) => fires(`Pushed${speed}`, few))).toEqual([]);
});

it('tells a fast failure from a slow one', () => {
  // Of a thousandth that may fail: fifteen, seven and two times as much.
  const rate = (bad: number) => [...minutes(3 * DAY, { bad, good: 1_000 - bad })];
  const firing = (bad: number) => SPEEDS.filter((speed) => fires(`Served${speed}`, rate(bad)));
  expect(firing(15)).toEqual(['Fast', 'Steady', 'Slow']);
  expect(firing(7)).toEqual(['Steady', 'Slow']);
  expect(firing(2)).toEqual(['Slow']);
  expect(firing(1)).toEqual([]);
});

it('a short failure that is over fires nothing fast, however bad it was', () => {
  const over = [...minutes(3 * DAY, HEALTHY), ...minutes(2, { bad: 100, good: 0 }), ...minutes(5, HEALTHY)];
  expect(ALARMS.filter((alarm) => alarm.endsWith('Fast') && fires(alarm, over))).toEqual([]);
});

it.each([
  { phones: 1, firing: [] },
  { phones: 2, firing: ['PushedFast', 'PushedSteady'] },
])('$phones phones at night that nothing reaches, pushed as often as may be, fire $firing', ({ phones, firing }) => {
  const tenMinutes = [...minutes(3, { bad: phones, good: 0 }), ...minutes(7, { bad: 0, good: 0 })];
  const night = Array.from({ length: 6 * 8 }, () => tenMinutes).flat();
  const fired = ['PushedFast', 'PushedSteady'].filter((alarm) =>
    night.some((_, minute) => fires(alarm, night.slice(0, minute + 1))),
  );
  expect(fired).toEqual(firing);
});

it.each([
  { window: 'ServedFastLong', budget: 0.001 },
  { window: 'PushedSteadyShort', budget: 0.01 },
  { window: 'AppliedSlowLong', budget: 0.001 },
])('a burn rate is the share that failed over the share that may: $budget in $window', ({ window, budget }) => {
  for (const [bad, good] of [
    [20, 0],
    [20, 980],
    [500, 500],
  ] as const)
    expect(burnRate(window, [{ bad, good }])).toBeCloseTo(bad / (bad + good) / budget, 6);
});
