import { type ExecutionListItem, ListExecutionsCommand, type SFNClient } from '@aws-sdk/client-sfn';
import type { Datum, Source } from './datum.ts';

/** The outcomes of an execution, by the metric that counts them. */
const ENDS: Readonly<Record<string, string>> = {
  SUCCEEDED: 'ExecutionsSucceeded',
  FAILED: 'ExecutionsFailed',
  TIMED_OUT: 'ExecutionsTimedOut',
  ABORTED: 'ExecutionsAborted',
};

/** Each reading starts so long before the newest known start, because two executions may start at the same time. */
const OVERLAP_MS = 1_000;

/** Executions of a state machine as they start and end (`AWS/States` by StateMachineArn). */
export class Executions implements Source {
  private readonly states: SFNClient;
  private readonly stateMachineArn: string;
  /** The executions last seen running, by ARN; at the first reading, those that ran before. */
  private open: Map<string, Date> | undefined;
  /** Those of the last reading, each counted as started. */
  private known = new Set<string>();
  private newestStart: Date;
  private readonly from: Date;

  constructor(states: SFNClient, stateMachineArn: string, from: Date) {
    this.states = states;
    this.stateMachineArn = stateMachineArn;
    this.newestStart = from;
    this.from = from;
  }

  async measure(): Promise<Datum[]> {
    this.open ??= await this.running();
    const open = this.open;
    const started = [...open.values(), this.newestStart].map((date) => date.getTime());
    const executions = await this.startedSince(new Date(Math.min(...started) - OVERLAP_MS));
    const data = executions.flatMap((execution) => this.judge(execution, open));
    this.known = new Set(executions.map(({ executionArn }) => String(executionArn)));
    for (const { startDate } of executions) {
      if (startDate && startDate > this.newestStart) this.newestStart = startDate;
    }
    return data;
  }

  private async running(): Promise<Map<string, Date>> {
    const running = await this.list({ statusFilter: 'RUNNING' }, () => true);
    const before = running.filter(({ startDate }) => startDate && startDate < this.from);
    return new Map(before.map(({ executionArn, startDate }) => [String(executionArn), startDate ?? this.from]));
  }

  private startedSince(since: Date): Promise<ExecutionListItem[]> {
    return this.list({}, ({ startDate }) => startDate !== undefined && startDate >= since);
  }

  /** Reads the list, newest first, as far back as needed. */
  private async list(
    filter: { statusFilter?: 'RUNNING' },
    isWanted: (execution: ExecutionListItem) => boolean,
  ): Promise<ExecutionListItem[]> {
    const found: ExecutionListItem[] = [];
    let nextToken: string | undefined;
    do {
      const { stateMachineArn } = this;
      const page = await this.states.send(
        new ListExecutionsCommand({ stateMachineArn, maxResults: 100, nextToken, ...filter }),
      );
      const wanted = (page.executions ?? []).filter(isWanted);
      found.push(...wanted);
      nextToken = wanted.length === page.executions?.length ? page.nextToken : undefined;
    } while (nextToken);
    return found;
  }

  private judge({ executionArn, status, startDate, stopDate }: ExecutionListItem, open: Map<string, Date>): Datum[] {
    const arn = String(executionArn);
    const isNew = startDate !== undefined && startDate >= this.from && !this.known.has(arn) && !open.has(arn);
    const wasOpen = open.has(arn) || isNew;
    const end = ENDS[String(status)];
    if (end) open.delete(arn);
    else if (isNew) open.set(arn, startDate);
    const started = isNew ? [this.datum('ExecutionsStarted', startDate)] : [];
    if (!wasOpen || !end || !startDate || !stopDate) return started;
    const ms = stopDate.getTime() - startDate.getTime();
    return [...started, this.datum(end, stopDate), this.datum('ExecutionTime', stopDate, ms, 'Milliseconds')];
  }

  private datum(name: string, at: Date, value = 1, unit: Datum['unit'] = 'Count'): Datum {
    const dimensions = { StateMachineArn: this.stateMachineArn };
    return { namespace: 'AWS/States', name, dimensions, unit, at, values: [value] };
  }
}
