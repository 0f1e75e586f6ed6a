import { readFileSync } from 'node:fs';
import { trafficPlot } from '../../bench/traffic/plot.ts';
import { BurnAlarms } from './burn-alarms.ts';
import { firingFrom, recordedTraffic, repeated } from './recorded-traffic.ts';
import { DEPLOYED_STAGE, synthesizeStage } from './synthesized-stage.ts';

const recorded = recordedTraffic();
const minutesOf = (scene: string) => recorded.filter((each) => each.scene === scene).map(({ counts }) => counts);
const firstOf = (scene: string) => recorded.findIndex((each) => each.scene === scene);

const LONGEST_WINDOW = 3 * 24 * 60;
const before = repeated(minutesOf('healthy'), LONGEST_WINDOW);
const HOURS = 60;

let alarms: BurnAlarms;
/** The alarms that fire at the end of each recorded minute, after days of health, and then of six healthy hours. */
let run: string[][];

beforeAll(() => {
  alarms = new BurnAlarms(synthesizeStage(DEPLOYED_STAGE).templateOf('Operations'));
  const after = repeated(minutesOf('healthy'), 6 * HOURS);
  run = firingFrom(LONGEST_WINDOW, [...before, ...recorded.map(({ counts }) => counts), ...after], alarms);
});

/** The minutes of the run in which an alarm fires, each stretch of them from its first to its last. */
function stretchesOf(alarm: string): [number, number][] {
  const stretches: [number, number][] = [];
  for (const [minute, names] of run.entries()) {
    if (!names.includes(alarm)) continue;
    const last = stretches.at(-1);
    if (last?.[1] === minute - 1) last[1] = minute;
    else stretches.push([minute, minute]);
  }
  return stretches;
}

/** The alarms that fire at some time while a scene lasts, after days of health. */
function firingWhile(scene: string, minutes: number): string[] {
  const during = firingFrom(LONGEST_WINDOW, [...before, ...repeated(minutesOf(scene), minutes)], alarms);
  return [...new Set(during.flat())].sort();
}

it('was recorded with traffic in every minute, and with failures where AWS failed alone', () => {
  const served = recorded.map(({ scene, counts }) => ({ scene, all: counts.Count ?? 0, bad: counts['5XXError'] ?? 0 }));
  expect(served.filter(({ all }) => all < 20)).toEqual([]);
  const failing = [...new Set(served.filter(({ bad }) => bad > 0).map(({ scene }) => scene))];
  expect(failing).toEqual(['no table']);
});

it('no alarm fires in any minute of what was recorded while all was well, however long it lasts', () => {
  expect(run.slice(0, firstOf('unheard')).flat()).toEqual([]);
  expect(firingWhile('healthy', 12 * HOURS)).toEqual([]);
});

it.each([
  { alarm: 'ServedFast', scene: 'no table', within: 3, next: 'a table again' },
  { alarm: 'PushedFast', scene: 'unheard', within: 10, next: 'heard again' },
  { alarm: 'AppliedFast', scene: 'unheard', within: 3, next: 'heard again' },
])(
  '$alarm fires within $within minutes of “$scene” and clears within five of “$next”',
  ({ alarm, scene, within, next }) => {
    const [first] = stretchesOf(alarm);
    expect(first?.[0]).toBeGreaterThanOrEqual(firstOf(scene));
    expect(first?.[0]).toBeLessThan(firstOf(scene) + within);
    expect(first?.[1]).toBeGreaterThanOrEqual(firstOf(next) - 1);
    expect(first?.[1]).toBeLessThan(firstOf(next) + 5);
  },
);

it.each([
  { scene: 'unheard', objectives: ['Applied', 'Pushed'] },
  { scene: 'no table', objectives: ['Served'] },
])(
  '“$scene” for hours fires every alarm on $objectives, the one that calls somebody, and no other',
  ({ scene, objectives }) => {
    const expected = objectives.flatMap((objective) =>
      ['Fast', 'Slow', 'Steady'].map((speed) => `${objective}${speed}`),
    );
    expect(firingWhile(scene, 6 * HOURS)).toEqual([...expected, 'Page'].sort());
  },
);

it('one push in ten is too slow a failure for the fast alarm, and fires the steady one', () => {
  const firing = firingWhile('one in ten unheard', 12 * HOURS);
  expect(firing.filter((alarm) => alarm.startsWith('Pushed'))).toEqual(['PushedSlow', 'PushedSteady']);
});

it('somebody is called in just those minutes in which a fast or a steady alarm fires', () => {
  const called = run.map((names) => names.includes('Page'));
  expect(called).toEqual(run.map((names) => names.some((alarm) => /Fast$|Steady$/.test(alarm))));
  expect([...new Set(called)]).toEqual([false, true]);
});

it('the picture of the run in the docs is of this recording and of these alarms', () => {
  expect(readFileSync('docs/burn-rates.svg', 'utf8')).toBe(trafficPlot());
});

it('all is silent again at the end, but for what three days remember', () => {
  expect(run.at(-1)?.filter((alarm) => !alarm.endsWith('Slow'))).toEqual([]);
});
