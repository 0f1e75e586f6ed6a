import * as z from 'zod';
import { DEPLOYED_STAGE, findResources, synthesizeStage } from './synthesized-stage.ts';

const refSchema = z.object({ Ref: z.string() });
const alarmSchema = z.object({
  ComparisonOperator: z.enum(['GreaterThanOrEqualToThreshold', 'GreaterThanThreshold', 'LessThanThreshold']),
  EvaluationPeriods: z.number(),
  Threshold: z.number(),
  TreatMissingData: z.enum(['breaching', 'notBreaching', 'ignore', 'missing']).default('missing'),
  AlarmActions: z.array(refSchema).default([]),
  OKActions: z.array(refSchema).default([]),
  InsufficientDataActions: z.array(refSchema).default([]),
});
type Alarm = z.infer<typeof alarmSchema>;
type State = 'OK' | 'ALARM' | 'INSUFFICIENT_DATA';

/** The alarms on one metric of a deployed stage, by their ids without the hash. */
let alarms: ReadonlyMap<string, Alarm>;
let rules: readonly string[];

beforeAll(() => {
  const { readTemplate } = synthesizeStage(DEPLOYED_STAGE);
  const found = [readTemplate('Operations'), readTemplate('Service')].flatMap((template) =>
    findResources(template, 'AWS::CloudWatch::Alarm').filter(([, { Properties }]) => Properties.MetricName),
  );
  alarms = new Map(found.map(([id, { Properties }]) => [nameFrom(id), alarmSchema.parse(Properties)]));
  rules = findResources(readTemplate('Operations'), 'AWS::CloudWatch::CompositeAlarm').map(([, { Properties }]) =>
    JSON.stringify(Properties.AlarmRule),
  );
});

const nameFrom = (logicalId: string) => logicalId.replace(/^(?:Alarms|Tell)/, '').replace(/[0-9A-F]{8}$/, '');

const COMPARE = {
  GreaterThanOrEqualToThreshold: (value: number, threshold: number) => value >= threshold,
  GreaterThanThreshold: (value: number, threshold: number) => value > threshold,
  LessThanThreshold: (value: number, threshold: number) => value < threshold,
} as const;

/**
 * The state that CloudWatch gives an alarm by its last periods, each with a value or without data. Its guide describes
 * it under "Configuring how CloudWatch alarms treat missing data"; the few periods that it looks further back are left
 * out.
 */
function judge(alarm: Alarm, periods: readonly (number | undefined)[], before: State): State {
  const { TreatMissingData: missing } = alarm;
  const seen = periods.slice(-alarm.EvaluationPeriods);
  const isUnknown = seen.every((value) => value === undefined);
  if (isUnknown && missing === 'ignore') return before;
  if (isUnknown && missing === 'missing') return 'INSUFFICIENT_DATA';
  const breaches = seen.map((value) =>
    value === undefined ? missing === 'breaching' : COMPARE[alarm.ComparisonOperator](value, alarm.Threshold),
  );
  return breaches.length === alarm.EvaluationPeriods && breaches.every(Boolean) ? 'ALARM' : 'OK';
}

/** Whom an alarm tells, period by period, by the topics' names: it tells of changes, and begins without data. */
function tell(alarm: Alarm, periods: readonly (number | undefined)[]): string[] {
  let state: State = 'INSUFFICIENT_DATA';
  return periods.flatMap((_, index) => {
    const next = judge(alarm, periods.slice(0, index + 1), state);
    if (next === state) return [];
    state = next;
    const actions = {
      ALARM: alarm.AlarmActions,
      OK: alarm.OKActions,
      INSUFFICIENT_DATA: alarm.InsufficientDataActions,
    };
    return actions[next].map(({ Ref }) => nameFrom(Ref));
  });
}

const nothing = (periods: number) => Array.from({ length: periods }, () => undefined);

it('on the first day no alarm rings because nothing has run yet', () => {
  expect(alarms.size).toBeGreaterThan(40);
  const ringing = [...alarms].filter(([, alarm]) => tell(alarm, nothing(100)).length > 0);
  expect(ringing.map(([name]) => name)).toEqual([]);
  // Alarms on alarms ring by what rings.
  expect(rules.filter((rule) => !rule.includes('ALARM(') || /INSUFFICIENT_DATA\(|OK\(|NOT/.test(rule))).toEqual([]);
});

it.each([
  { name: 'ReconcilerSilent', told: ['Tickets', 'Pages'] },
  { name: 'DaysNotSigned', told: ['Tickets'] },
])('$name tells nobody of the first run, and tells $told once of a job that ran and stopped', ({ name, told }) => {
  const alarm = alarms.get(name);
  if (!alarm) throw new Error(`No alarm ${name}`);
  const { EvaluationPeriods: periods } = alarm;
  expect(tell(alarm, [...nothing(100), 1])).toEqual([]);
  expect(tell(alarm, [...nothing(100), 1, ...nothing(periods - 1)])).toEqual([]);
  expect(tell(alarm, [...nothing(100), 1, ...nothing(periods)])).toEqual(told);
  expect(tell(alarm, [1, ...nothing(2 * periods), 1, ...nothing(2 * periods)])).toEqual([...told, ...told]);
});

it('only those alarms ring on silence, and what they ring for is no part of the one that calls somebody', () => {
  const silent = [...alarms].filter(([, alarm]) => alarm.InsufficientDataActions.length > 0).map(([name]) => name);
  expect(silent.sort()).toEqual(['DaysNotSigned', 'ReconcilerSilent']);
  for (const [name, { ComparisonOperator }] of alarms) {
    expect([name, ComparisonOperator === 'LessThanThreshold']).toEqual([name, silent.includes(name)]);
  }
  expect(rules.join()).not.toContain('Silent');
});
