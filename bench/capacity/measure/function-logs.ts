import { paginateFilterLogEvents } from '@aws-sdk/client-cloudwatch-logs';
import { aws } from '../../../test/cloud/support/aws.ts';
import type { DeployedFunction } from '../../../test/cloud/support/deployed-functions.ts';

/** The figures that a function's log has for a period. */
export interface LogFigures {
  readonly invocations: number;
  /** Sum of the durations that the engine reports, milliseconds of this machine. */
  readonly ms: number;
  /** As CloudWatch Logs bills them: each event's text and 26 bytes. */
  readonly logBytes: number;
}

const EVENT_OVERHEAD = 26;
const REPORT = /^REPORT .*\bDuration: ([\d.]+) ms\b.*Billed/;

/** Reads what a function logged between two moments (epoch milliseconds, both included). */
export async function readLog({ logGroup }: DeployedFunction, from: number, until: number): Promise<LogFigures> {
  let [invocations, ms, logBytes] = [0, 0, 0];
  const range = { logGroupName: logGroup, startTime: from, endTime: until };
  for await (const { events = [] } of paginateFilterLogEvents({ client: aws.logs() }, range)) {
    for (const { message = '' } of events) {
      logBytes += Buffer.byteLength(message) + EVENT_OVERHEAD;
      const [, duration] = REPORT.exec(message) ?? [];
      if (duration === undefined) continue;
      invocations += 1;
      ms += Number(duration);
    }
  }
  return { invocations, ms, logBytes };
}
