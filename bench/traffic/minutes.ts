import type { Datum } from '../../local/metrics/datum.ts';

/** The columns of a recording: the metrics that objectives are judged by, each by its name and its own dimension's value. */
export const COLUMNS = [
  'Count',
  '5XXError',
  'PushObjective MET',
  'PushObjective MISSED',
  'ApplyObjective MET',
  'ApplyObjective MISSED',
] as const;
type Column = (typeof COLUMNS)[number];

/** Sums of each minute, as CloudWatch would have them. */
export class Minutes {
  private readonly startedAt: number;
  private readonly sums: Record<Column, number>[] = [];

  constructor(startedAt: number) {
    this.startedAt = startedAt;
  }

  add(data: readonly Datum[]): void {
    for (const { namespace, name, dimensions, at, values } of data) {
      const { service, ApiName, ...own } = dimensions;
      // An API's answers are published once more by stage.
      if (namespace === 'AWS/ApiGateway' && Object.keys(own).length > 0) continue;
      const wanted = [name, ...Object.values(own)].join(' ');
      const column = COLUMNS.find((each) => each === wanted);
      const minute = Math.floor((at.getTime() - this.startedAt) / 60_000);
      if (column && minute >= 0) this.of(minute)[column] += values.reduce((sum, value) => sum + value, 0);
    }
  }

  of(minute: number): Record<Column, number> {
    this.sums[minute] ??= {
      Count: 0,
      '5XXError': 0,
      'PushObjective MET': 0,
      'PushObjective MISSED': 0,
      'ApplyObjective MET': 0,
      'ApplyObjective MISSED': 0,
    };
    return this.sums[minute];
  }
}
