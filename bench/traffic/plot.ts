import { BurnAlarms } from '../../test/infra/burn-alarms.ts';
import { firingFrom, type Minute, recordedTraffic, repeated } from '../../test/infra/recorded-traffic.ts';
import { DEPLOYED_STAGE, synthesizeStage } from '../../test/infra/synthesized-stage.ts';
import { bar, FAINT, line, picture, text } from '../svg.ts';

/** What alarms look back at before the recording, and what is shown after it: healthy minutes again and again. */
const BEFORE = 3 * 24 * 60;
const AFTER = 34;

const OBJECTIVES = [
  { id: 'Served', title: 'Requests not served', bad: '5XXError', all: ['Count'] },
  {
    id: 'Pushed',
    title: 'Holds not pushed in 5 s',
    bad: 'PushObjective MISSED',
    all: ['PushObjective MET', 'PushObjective MISSED'],
  },
  {
    id: 'Applied',
    title: 'Not applied in 5 s',
    bad: 'ApplyObjective MISSED',
    all: ['ApplyObjective MET', 'ApplyObjective MISSED'],
  },
];
const SPEEDS = [
  { name: 'Fast', color: '#c2483b' },
  { name: 'Steady', color: '#d98324' },
  { name: 'Slow', color: '#8a9aa9' },
];

const WIDTH = 980;
const LEFT = 190;
const TOP = 112;
const HEIGHT = 60;
const ROW = 16;
const PANEL = HEIGHT + SPEEDS.length * ROW + 26;
const PAGE = '#8f2d56';
const SHARE = '#2f6f9f';

/** The recorded minutes, what failed in each, and the alarms as they fired: `docs/burn-rates.svg`. */
export function trafficPlot(): string {
  const recorded = recordedTraffic();
  const healthy = recorded.filter(({ scene }) => scene === 'healthy').map(({ counts }) => counts);
  const minutes = [...recorded.map(({ counts }) => counts), ...repeated(healthy, AFTER)];
  const alarms = new BurnAlarms(synthesizeStage(DEPLOYED_STAGE).templateOf('Operations'));
  const firing = firingFrom(BEFORE, [...repeated(healthy, BEFORE), ...minutes], alarms);
  const x = (minute: number): number => LEFT + (minute / minutes.length) * (WIDTH - LEFT - 20);
  const width = x(1) - x(0);

  const rowOf = (alarm: string, label: string, y: number, color: string): string[] => [
    text(LEFT - 10, y + 11, label, { size: 11, anchor: 'end', color: FAINT }),
    line(LEFT, y + ROW / 2, WIDTH - 20, y + ROW / 2),
    ...firing.flatMap((names, minute) => (names.includes(alarm) ? [bar(x(minute), y + 2, width, ROW - 5, color)] : [])),
  ];
  const panels = OBJECTIVES.flatMap(({ id, title, bad, all }, index) => {
    const y = TOP + index * PANEL;
    return [
      text(LEFT - 10, y + 34, title, { anchor: 'end', bold: true }),
      line(LEFT, y + HEIGHT, WIDTH - 20, y + HEIGHT),
      ...minutes.map((minute, at) => {
        const height = shareOf(minute, bad, all) * HEIGHT;
        return bar(x(at), y + HEIGHT - height, width - 1, height, SHARE);
      }),
      ...SPEEDS.flatMap((speed, row) =>
        rowOf(`${id}${speed.name}`, speed.name, y + HEIGHT + 4 + row * ROW, speed.color),
      ),
    ];
  });
  const bottom = TOP + OBJECTIVES.length * PANEL;
  const starts = recorded.flatMap(({ scene }, at) => (recorded[at - 1]?.scene === scene ? [] : [{ scene, at }]));
  return picture(WIDTH, bottom + ROW + 50, 'What failed, and the burn-rate alarms that fired', [
    text(20, 32, 'What failed, and the burn-rate alarms that fired', { size: 18, bold: true }),
    text(20, 54, 'Share of each minute that failed, as recorded; below it, whether each alarm fires at its end', {
      color: FAINT,
    }),
    ...[...starts, { scene: 'healthy again', at: recorded.length }].flatMap(({ scene, at }, index) => [
      line(x(at), TOP - 12, x(at), bottom + ROW, { dashed: true }),
      // Short scenes have long names: every other is written higher.
      text(x(at) + 3, TOP - (index % 2 === 0 ? 28 : 14), scene, { size: 11, color: FAINT }),
    ]),
    ...panels,
    ...rowOf('Page', 'Somebody is called', bottom, PAGE),
    ...[0, 15, 30, 45, 60, 75, 90].map((minute) =>
      text(x(minute), bottom + ROW + 22, `${minute} min`, { size: 11, anchor: 'middle', color: FAINT }),
    ),
  ]);
}

function shareOf(minute: Minute, bad: string, all: readonly string[]): number {
  const sum = all.reduce((total, name) => total + (minute[name] ?? 0), 0);
  return sum === 0 ? 0 : (minute[bad] ?? 0) / sum;
}
