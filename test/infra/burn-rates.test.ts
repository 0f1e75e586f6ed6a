import fc from 'fast-check';
import { evaluateExpression, type Values } from './evaluate-expression.ts';
import { DEPLOYED_STAGE, resourcesOf, synthesizeStage } from './synthesized-stage.ts';

/** Of one window of one objective, as deployed: what it computes and above which value it fires. */
interface Window {
  readonly expression: string;
  readonly ids: readonly string[];
  readonly minutes: number;
  readonly threshold: number;
}

/** A minute of traffic: what went wrong and what went right. */
interface Minute {
  readonly bad: number;
  readonly good: number;
}

const windows = new Map<string, Window>();

beforeAll(() => {
  const operations = synthesizeStage(DEPLOYED_STAGE).templateOf('Operations');
  for (const [id, { Properties }] of resourcesOf(operations, 'AWS::CloudWatch::Alarm')) {
    const [, name] = /^BurnRates(\w+)[0-9A-F]{8}$/.exec(id) ?? [];
    if (!name) continue;
    const metrics = Properties.Metrics as { Id: string; Expression?: string; MetricStat?: { Period: number } }[];
    const measured = metrics.filter(({ MetricStat }) => MetricStat);
    windows.set(name, {
      expression: metrics.find(({ Expression }) => Expression)?.Expression ?? '',
      ids: measured.map(({ Id }) => Id),
      minutes: (measured[0]?.MetricStat?.Period ?? 0) / 60,
      threshold: Number(Properties.Threshold),
    });
  }
});

function windowOf(name: string): Window {
  const window = windows.get(name);
  if (!window) throw new Error(`No alarm ${name}`);
  return window;
}

/** What the window's ids add up to at the end of the traffic; nothing is published of what did not happen. */
function valuesOf({ ids, minutes }: Window, traffic: readonly Minute[]): Values {
  const seen = traffic.slice(-minutes);
  const bad = seen.reduce((sum, minute) => sum + minute.bad, 0);
  const good = seen.reduce((sum, minute) => sum + minute.good, 0);
  const of = (id: string) => (id.startsWith('bad') ? bad : id.startsWith('good') ? good : bad + good);
  return Object.fromEntries(ids.map((id) => [id, of(id) || undefined]));
}

function fires(alarm: string, traffic: readonly Minute[]): boolean {
  return ['Long', 'Short'].every((each) => {
    const window = windowOf(`${alarm}${each}`);
    return (evaluateExpression(window.expression, valuesOf(window, traffic)) ?? 0) > window.threshold;
  });
}

const minutes = (count: number, minute: Minute): Minute[] => Array.from({ length: count }, () => minute);

const DAY = 24 * 60;
const HEALTHY: Minute = { bad: 0, good: 100 };
const ALARMS = ['Served', 'Pushed', 'Applied'].flatMap((objective) =>
  ['Fast', 'Steady', 'Slow'].map((speed) => `${objective}${speed}`),
);

it('has for each objective the three speeds of the SRE workbook, each on two windows', () => {
  const told = [...windows].map(([name, { minutes: length, threshold }]) => `${name} ${length} min > ${threshold}`);
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
    const { minutes: short } = windowOf(`${alarm}Short`);
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

it('a burn rate is the share that failed over the share that may', () => {
  fc.assert(
    fc.property(fc.integer({ min: 3, max: 1_000 }), fc.integer({ min: 0, max: 100_000 }), (bad, good) => {
      const { expression, ids } = windowOf('PushedFastLong');
      const values = Object.fromEntries(ids.map((id) => [id, id.startsWith('bad') ? bad : good]));
      expect(evaluateExpression(expression, values)).toBeCloseTo(bad / (bad + good) / 0.01, 6);
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
