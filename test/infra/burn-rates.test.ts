import fc from 'fast-check';
import { BurnAlarms, type SumOf } from './burn-alarms.ts';
import { evaluateExpression } from './evaluate-expression.ts';
import { DEPLOYED_STAGE, synthesizeStage } from './synthesized-stage.ts';

/** A minute of traffic: what went wrong and what went right. */
interface Minute {
  readonly bad: number;
  readonly good: number;
}

let alarms: BurnAlarms;

beforeAll(() => {
  alarms = new BurnAlarms(synthesizeStage(DEPLOYED_STAGE).templateOf('Operations'));
});

/** What the metrics of any objective add up to at the end of the traffic; nothing is published of what did not happen. */
function sumsOf(traffic: readonly Minute[]): SumOf {
  return (metric, length) => {
    const seen = traffic.slice(-length);
    const bad = seen.reduce((sum, minute) => sum + minute.bad, 0);
    const good = seen.reduce((sum, minute) => sum + minute.good, 0);
    const sum = metric === 'Count' ? bad + good : metric === '5XXError' || metric.endsWith(' MISSED') ? bad : good;
    return sum || undefined;
  };
}

const fires = (alarm: string, traffic: readonly Minute[]) => alarms.firing(sumsOf(traffic)).includes(alarm);

const minutes = (count: number, minute: Minute): Minute[] => Array.from({ length: count }, () => minute);

const DAY = 24 * 60;
const HEALTHY: Minute = { bad: 0, good: 100 };
const ALARMS = ['Served', 'Pushed', 'Applied'].flatMap((objective) =>
  ['Fast', 'Steady', 'Slow'].map((speed) => `${objective}${speed}`),
);

it('has for each objective the three speeds of the SRE workbook, each on two windows', () => {
  const told = [...alarms.windows].map(
    ([name, { minutes: length, threshold }]) => `${name} ${length} min > ${threshold}`,
  );
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

it.each(ALARMS)('%s is silent without failures, without traffic, and where all that failed is one request', (alarm) => {
  expect(fires(alarm, minutes(3 * DAY, HEALTHY))).toBe(false);
  expect(fires(alarm, minutes(3 * DAY, { bad: 0, good: 0 }))).toBe(false);
  expect(fires(alarm, [...minutes(60, { bad: 0, good: 0 }), { bad: 1, good: 0 }])).toBe(false);
});

it.each(ALARMS)(
  '%s fires while everything fails, and clears once it is mended for as long as its short window',
  (alarm) => {
    const short = alarms.windows.get(`${alarm}Short`)?.minutes ?? Number.NaN;
    const failing = [...minutes(3 * DAY, HEALTHY), ...minutes(6 * 60, { bad: 100, good: 0 })];
    expect(fires(alarm, failing)).toBe(true);
    expect(fires(alarm, [...failing, ...minutes(short, HEALTHY)])).toBe(false);
  },
);

it('tells a fast failure from a slow one', () => {
  // Of a thousandth that may fail: fifteen, seven and two times as much.
  const rate = (bad: number) => [...minutes(3 * DAY, { bad, good: 1_000 - bad })];
  const firing = (bad: number) => ['Fast', 'Steady', 'Slow'].filter((speed) => fires(`Served${speed}`, rate(bad)));
  expect(firing(15)).toEqual(['Fast', 'Steady', 'Slow']);
  expect(firing(7)).toEqual(['Steady', 'Slow']);
  expect(firing(2)).toEqual(['Slow']);
  expect(firing(1)).toEqual([]);
});

it('a short failure that is over fires nothing, however bad it was', () => {
  const over = [...minutes(3 * DAY, HEALTHY), ...minutes(2, { bad: 100, good: 0 }), ...minutes(5, HEALTHY)];
  expect(ALARMS.filter((alarm) => fires(alarm, over) && alarm.endsWith('Fast'))).toEqual([]);
});

it.each([
  { phones: 1, firing: [] },
  { phones: 2, firing: ['PushedFast', 'PushedSteady'] },
])('$phones phones at night that nothing reaches, pushed as often as may be, fire $firing', ({ phones, firing }) => {
  const tenMinutes = [...minutes(3, { bad: phones, good: 0 }), ...minutes(7, { bad: 0, good: 0 })];
  const night = Array.from({ length: 6 * 8 }, () => tenMinutes).flat();
  const fired = night.flatMap((_, minute) => alarms.firing(sumsOf(night.slice(0, minute + 1))));
  expect([...new Set(fired)].filter((alarm) => /^Pushed(Fast|Steady)$/.test(alarm)).sort()).toEqual(firing);
});

it('a burn rate is the share that failed over the share that may', () => {
  fc.assert(
    fc.property(fc.integer({ min: 10, max: 1_000 }), fc.integer({ min: 0, max: 100_000 }), (bad, good) => {
      const rate = alarms.valueOf('PushedFastLong', sumsOf([{ bad, good }]));
      expect(rate).toBeCloseTo(bad / (bad + good) / 0.01, 6);
    }),
  );
});

describe('the evaluator of expressions', () => {
  it.each([
    ['1 + 2 * 3', {}, 7],
    ['(1 + 2) * 3', {}, 9],
    ['a / b', { a: 1, b: 0 }, undefined],
    ['a + 1', { a: undefined }, undefined],
    ['FILL(a, 0) + 1', { a: undefined }, 1],
    ['IF(a >= 3, 10, 20)', { a: 3 }, 10],
    ['IF(a >= 3, 10, 20)', { a: 2 }, 20],
    ['10 - 2 - 3', {}, 5],
  ])('%s of %j is %s', (expression, values, expected) => {
    expect(evaluateExpression(expression, values)).toBe(expected);
  });

  it.each(['a + ', 'RATE(a)', 'b + 1', '1 2', 'IF(a)'])('does not guess at %s', (expression) => {
    expect(() => evaluateExpression(expression, { a: 1 })).toThrow(/^Not (?:understood|known)/);
  });
});
