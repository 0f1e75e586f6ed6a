import {
  type CloudWatchLogsClient,
  type FilteredLogEvent,
  paginateFilterLogEvents,
} from '@aws-sdk/client-cloudwatch-logs';

/** Each reading starts so long before the last event, because an earlier event may be stored later. */
const OVERLAP_MS = 10_000;

/** Reads the new lines of one log group: none twice, none left out. */
export class LogReader {
  private readonly client: CloudWatchLogsClient;
  private readonly logGroupName: string;
  private readonly filterPattern: string;
  private from: number;
  /** The number of events given of each identity since `from`: a function may write one line twice. */
  private given = new Map<string, { readonly at: number; count: number }>();

  constructor(client: CloudWatchLogsClient, logGroupName: string, filterPattern: string, from: Date) {
    this.client = client;
    this.logGroupName = logGroupName;
    this.filterPattern = filterPattern;
    this.from = from.getTime();
  }

  /** The lines since the last reading, by time. */
  async read(now: Date): Promise<string[]> {
    const events: FilteredLogEvent[] = [];
    const { client, logGroupName, filterPattern, from: startTime } = this;
    for await (const page of paginateFilterLogEvents({ client }, { logGroupName, filterPattern, startTime })) {
      events.push(...(page.events ?? []));
    }
    const lines = this.unseen(events);
    this.from = Math.max(this.from, now.getTime() - OVERLAP_MS);
    this.given = new Map([...this.given].filter(([, { at }]) => at >= this.from));
    return lines;
  }

  private unseen(events: readonly FilteredLogEvent[]): string[] {
    const met = new Map<string, number>();
    return events.flatMap(({ eventId, logStreamName, timestamp = 0, message = '' }) => {
      const identity = eventId ?? `${logStreamName} ${timestamp} ${message}`;
      const nth = (met.get(identity) ?? 0) + 1;
      met.set(identity, nth);
      if (nth <= (this.given.get(identity)?.count ?? 0)) return [];
      this.given.set(identity, { at: timestamp, count: nth });
      return [message];
    });
  }
}
