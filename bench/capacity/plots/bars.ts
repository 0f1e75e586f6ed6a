import { bar, FAINT, line, picture, text } from '../../svg.ts';

export interface Bar {
  readonly label: string;
  readonly value: number;
  /** What is written behind the bar. */
  readonly shown: string;
  readonly color: string;
  /** A second, smaller value from the same origin, drawn darker. */
  readonly inner?: number;
}

export interface BarPlot {
  readonly title: string;
  readonly subtitle: string;
  readonly bars: readonly Bar[];
  readonly axis: {
    readonly label: string;
    readonly ticks: readonly { readonly value: number; readonly label: string }[];
    /** Linear from nought, or by powers of ten from the first tick. */
    readonly scale: 'linear' | 'logarithmic';
  };
  /** Vertical lines that mean something, with what they mean. */
  readonly marks?: readonly { readonly value: number; readonly label: string; readonly color: string }[];
  readonly legend?: readonly { readonly label: string; readonly color: string }[];
}

const WIDTH = 980;
const LEFT = 450;
const RIGHT = 130;
const ROW = 27;
const TOP = 96;

/** Horizontal bars over one axis with its unit. */
export function barPlot({ title, subtitle, bars, axis, marks = [], legend = [] }: BarPlot): string {
  const bottom = TOP + bars.length * ROW;
  const [first, last] = [axis.ticks[0]?.value ?? 0, axis.ticks.at(-1)?.value ?? 1];
  const share = (value: number): number =>
    axis.scale === 'linear' ? value / last : Math.log(value / first) / Math.log(last / first);
  const x = (value: number): number => LEFT + Math.min(1, Math.max(0, share(value))) * (WIDTH - LEFT - RIGHT);
  let legendX = LEFT;
  return picture(WIDTH, bottom + 56, title, [
    text(20, 32, title, { size: 18, bold: true }),
    text(20, 54, subtitle, { color: FAINT }),
    ...legend.flatMap(({ label, color }) => {
      const parts = [bar(legendX, 66, 12, 12, color), text(legendX + 18, 77, label, { size: 12, color: FAINT })];
      legendX += 30 + label.length * 6.6;
      return parts;
    }),
    ...axis.ticks.flatMap(({ value, label }) => [
      line(x(value), TOP - 6, x(value), bottom),
      text(x(value), bottom + 18, label, { size: 12, anchor: 'middle', color: FAINT }),
    ]),
    text((LEFT + WIDTH - RIGHT) / 2, bottom + 40, axis.label, { size: 12, anchor: 'middle', color: FAINT }),
    ...marks.flatMap(({ value, label, color }) => [
      line(x(value), TOP - 6, x(value), bottom, { color, dashed: true }),
      text(x(value) + 4, TOP - 9, label, { size: 11, color }),
    ]),
    ...bars.flatMap(({ label, value, shown, color, inner }, index) => {
      const y = TOP + index * ROW;
      return [
        text(LEFT - 10, y + 16, label, { size: 12, anchor: 'end' }),
        bar(LEFT, y + 3, x(value) - LEFT, ROW - 9, color),
        ...(inner === undefined ? [] : [bar(LEFT, y + 3, x(inner) - LEFT, ROW - 9, 'rgba(0,0,0,0.32)')]),
        text(x(value) + 6, y + 16, shown, { size: 12 }),
      ];
    }),
  ]);
}
