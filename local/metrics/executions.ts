import { type ExecutionListItem, paginateListExecutions, type SFNClient } from '@aws-sdk/client-sfn';
import type { Datum, Source } from './datum.ts';

/** The outcomes of an execution, by the metric that counts them. */
const ENDS: Readonly<Record<string, string>> = {
  SUCCEEDED: 'ExecutionsSucceeded',
  FAILED: 'ExecutionsFailed',
  TIMED_OUT: 'ExecutionsTimedOut',
  ABORTED: 'ExecutionsAborted',
};

/** Executions of a state machine as they start and end (`AWS/States` by StateMachineArn). */
export class Executions implements Source {
  private readonly states: SFNClient;
  private readonly stateMachineArn: string;
  private readonly from: Date;
  /** The status in which each was last seen, by ARN. */
  private readonly seen = new Map<string, string>();

  constructor(states: SFNClient, stateMachineArn: string, from: Date) {
    this.states = states;
    this.stateMachineArn = stateMachineArn;
    this.from = from;
  }

  async measure(): Promise<Datum[]> {
    const { states: client, stateMachineArn } = this;
    const data: Datum[] = [];
    for await (const { executions = [] } of paginateListExecutions({ client }, { stateMachineArn })) {
      data.push(...executions.flatMap((execution) => this.judge(execution)));
    }
    return data;
  }

  /** One that ran before the first reading counts as it ends, and one that had ended then not at all. */
  private judge({ executionArn, status, startDate, stopDate }: ExecutionListItem): Datum[] {
    const [arn, now] = [String(executionArn), String(status)];
    const last = this.seen.get(arn);
    this.seen.set(arn, now);
    const isNew = last === undefined && startDate !== undefined && startDate >= this.from;
    const started = isNew ? [this.datum('ExecutionsStarted', startDate)] : [];
    const end = ENDS[now];
    if (!(isNew || last === 'RUNNING') || !end || !startDate || !stopDate) return started;
    const ms = stopDate.getTime() - startDate.getTime();
    return [...started, this.datum(end, stopDate), this.datum('ExecutionTime', stopDate, ms, 'Milliseconds')];
  }

  private datum(name: string, at: Date, value = 1, unit: Datum['unit'] = 'Count'): Datum {
    const dimensions = { StateMachineArn: this.stateMachineArn };
    return { namespace: 'AWS/States', name, dimensions, unit, at, values: [value] };
  }
}
