import type { Datum } from '../../local/metrics/datum.ts';

/** The columns of a recording: the metrics that objectives are judged by. */
export const COLUMNS = [
  'Count',
  '5XXError',
  'PushObjective MET',
  'PushObjective MISSED',
  'ApplyObjective MET',
  'ApplyObjective MISSED',
] as const;

/** What a column is called: a metric's name and its own dimension's value, whatever the stage and its API. */
export function columnOf(name: string, { service, ApiName, ...own }: Readonly<Record<string, unknown>>): string {
  return [name, ...Object.values(own)].join(' ');
}

/** Sums of each minute, as CloudWatch would have them. */
export class Minutes {
  private readonly startedAt: number;
  private readonly sums = new Map<string, number>();

  constructor(startedAt: number) {
    this.startedAt = startedAt;
  }

  add(data: readonly Datum[]): void {
    // An API's answers are published once more by stage, of which no column is.
    for (const { name, dimensions, at, values } of data) {
      const key = keyOf(Math.floor((at.getTime() - this.startedAt) / 60_000), columnOf(name, dimensions));
      this.sums.set(
        key,
        values.reduce((sum, value) => sum + value, this.sums.get(key) ?? 0),
      );
    }
  }

  sumOf(minute: number, column: (typeof COLUMNS)[number]): number {
    return this.sums.get(keyOf(minute, column)) ?? 0;
  }
}

const keyOf = (minute: number, column: string): string => `${minute} ${column}`;
