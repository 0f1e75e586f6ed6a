import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parse } from 'csv-parse/sync';
import * as z from 'zod';
import type { BurnAlarms, SumOf } from './burn-alarms.ts';

/** A minute of traffic: what was counted in it of each metric. */
export type Minute = Readonly<Record<string, number>>;

/** A minute as `npm run record-traffic` recorded it, and what happened meanwhile. */
export interface RecordedMinute {
  readonly scene: string;
  readonly counts: Minute;
}

const FILE = join(import.meta.dirname, '../data/traffic.csv');
const rowsSchema = z.array(z.object({ scene: z.string() }).catchall(z.coerce.number<string>()));

/** The whole recording, in order. */
export function recordedTraffic(): RecordedMinute[] {
  return rowsSchema.parse(parse(readFileSync(FILE), { columns: true })).map(({ scene, ...counts }) => {
    return { scene, counts };
  });
}

/** Minutes again and again, as many as are wanted: alarms look back further than anybody records. */
export function repeated(minutes: readonly Minute[], length: number): Minute[] {
  return Array.from({ length }, (_, index) => minutes[index % minutes.length] ?? {});
}

/** The composite alarms that fire at the end of each minute of the traffic from one on. */
export function firingFrom(start: number, traffic: readonly Minute[], alarms: BurnAlarms): string[][] {
  const totals = new Map<string, number[]>();
  const totalsOf = (metric: string): number[] => {
    const known = totals.get(metric);
    if (known) return known;
    const made = [0];
    for (const { [metric]: counted } of traffic) {
      if (counted === undefined) throw new Error(`Not recorded: ${metric}`);
      made.push((made.at(-1) ?? 0) + counted);
    }
    totals.set(metric, made);
    return made;
  };
  return traffic.slice(start).map((_, index) => {
    const end = start + index + 1;
    const sumOf: SumOf = (metric, minutes) => {
      const sums = totalsOf(metric);
      // Nothing is published of what did not happen.
      return (sums[end] ?? Number.NaN) - (sums[Math.max(0, end - minutes)] ?? Number.NaN) || undefined;
    };
    return alarms.firing(sumOf);
  });
}
