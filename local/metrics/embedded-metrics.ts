import type { CloudWatchLogsClient } from '@aws-sdk/client-cloudwatch-logs';
import type { Datum, Source } from './datum.ts';
import { MalformedMetricsError, parseEmbedded } from './embedded-format.ts';
import { LogReader } from './log-reader.ts';

export interface EmbeddedMetricsProps {
  readonly logs: CloudWatchLogsClient;
  readonly logGroups: readonly string[];
  readonly from: Date;
  /** Told of a line that breaks the format, by the rule it breaks. */
  readonly onMalformed: (logGroup: string, problem: string) => void;
}

/** The metrics that functions write to their logs in CloudWatch's embedded format. */
export class EmbeddedMetrics implements Source {
  private readonly readers: readonly { readonly logGroup: string; readonly reader: LogReader }[];
  private readonly onMalformed: EmbeddedMetricsProps['onMalformed'];

  constructor({ logs, logGroups, from, onMalformed }: EmbeddedMetricsProps) {
    this.readers = logGroups.map((logGroup) => ({ logGroup, reader: new LogReader(logs, logGroup, '"_aws"', from) }));
    this.onMalformed = onMalformed;
  }

  async measure(now: Date): Promise<Datum[]> {
    const data: Datum[] = [];
    // One group after another: the engine answers one call at a time, and has the functions' to answer too.
    for (const { logGroup, reader } of this.readers) {
      for (const line of await reader.read(now)) data.push(...this.parse(logGroup, line));
    }
    return data;
  }

  private parse(logGroup: string, line: string): Datum[] {
    try {
      return parseEmbedded(line);
    } catch (error) {
      if (!(error instanceof MalformedMetricsError)) throw error;
      this.onMalformed(logGroup, error.message);
      return [];
    }
  }
}
