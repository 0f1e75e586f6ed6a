import { type CloudWatchLogsClient, paginateFilterLogEvents } from '@aws-sdk/client-cloudwatch-logs';
import type { Datum, Source } from './datum.ts';
import { MalformedMetricsError, parseEmbedded } from './embedded-format.ts';

/** Each reading starts so long before the last one, because an earlier event may be stored later. */
const OVERLAP_MS = 10_000;

/**
 * The metrics that a function writes to its log group in CloudWatch's embedded format. `onMalformed` is told which rule a
 * line breaks.
 */
export function embeddedMetrics(
  logs: CloudWatchLogsClient,
  logGroup: string,
  from: Date,
  onMalformed: (logGroup: string, problem: string) => void,
): Source {
  const read = logReader(logs, logGroup, from);
  return async (now) => (await read(now)).flatMap((line) => parse(line, (problem) => onMalformed(logGroup, problem)));
}

function parse(line: string, onMalformed: (problem: string) => void): Datum[] {
  try {
    return parseEmbedded(line);
  } catch (error) {
    if (!(error instanceof MalformedMetricsError)) throw error;
    onMalformed(error.message);
    return [];
  }
}

/** Reads the new lines of one log group that hold metrics: none twice, none left out. */
export function logReader(client: CloudWatchLogsClient, logGroupName: string, start: Date) {
  let startTime = start.getTime();
  /** Counts how often each event was given: the engine's have no id, and a function may write one line twice. */
  let given = new Map<string, { readonly at: number; readonly count: number }>();

  return async (now: Date): Promise<string[]> => {
    const query = { logGroupName, filterPattern: '"_aws"', startTime };
    const pages = await Array.fromAsync(paginateFilterLogEvents({ client }, query));
    const met = new Map<string, number>();
    const lines: string[] = [];
    for (const { eventId, logStreamName, timestamp = 0, message = '' } of pages.flatMap(({ events = [] }) => events)) {
      const event = eventId ?? `${logStreamName} ${timestamp} ${message}`;
      const count = (met.get(event) ?? 0) + 1;
      met.set(event, count);
      if (count <= (given.get(event)?.count ?? 0)) continue;
      given.set(event, { at: timestamp, count });
      lines.push(message);
    }
    startTime = Math.max(startTime, now.getTime() - OVERLAP_MS);
    given = new Map([...given].filter(([, { at }]) => at >= startTime));
    return lines;
  };
}
