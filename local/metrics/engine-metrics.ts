import { type LambdaClient, ListEventSourceMappingsCommand } from '@aws-sdk/client-lambda';
import { type ExecutionListItem, paginateListExecutions, type SFNClient } from '@aws-sdk/client-sfn';
import { GetQueueAttributesCommand, type SQSClient } from '@aws-sdk/client-sqs';
import type { Datum, Source } from './datum.ts';

/** The messages that wait in a queue (`AWS/SQS ApproximateNumberOfMessagesVisible` by QueueName). */
export function queueDepth(sqs: SQSClient, QueueUrl: string): Source {
  const QueueName = QueueUrl.slice(QueueUrl.lastIndexOf('/') + 1);
  const query = new GetQueueAttributesCommand({ QueueUrl, AttributeNames: ['ApproximateNumberOfMessages'] });
  return async (at) => {
    const { Attributes } = await sqs.send(query);
    const values = [Number(Attributes?.ApproximateNumberOfMessages)];
    const name = 'ApproximateNumberOfMessagesVisible';
    return [{ namespace: 'AWS/SQS', name, dimensions: { QueueName }, unit: 'Count', at, values }];
  };
}

/**
 * The delay of each reader of a stream (`AWS/Lambda IteratorAge` by FunctionName). The engine tells only how the
 * last batch went: one that fails is tried again and again, and is as old as its first failure.
 */
export function streamAges(lambda: LambdaClient): Source {
  const failingSince = new Map<string | undefined, Date>();
  return async (at) => {
    const { EventSourceMappings = [] } = await lambda.send(new ListEventSourceMappingsCommand({}));
    return EventSourceMappings.map(({ UUID, FunctionArn, LastProcessingResult }) => {
      if (LastProcessingResult !== 'FAILED') failingSince.delete(UUID);
      else if (!failingSince.has(UUID)) failingSince.set(UUID, at);
      const values = [at.getTime() - (failingSince.get(UUID) ?? at).getTime()];
      const dimensions = { FunctionName: FunctionArn?.split(':')[6] ?? '' };
      return { namespace: 'AWS/Lambda', name: 'IteratorAge', dimensions, unit: 'Milliseconds', at, values };
    });
  };
}

/** The outcomes of an execution, by the metric that counts them. */
const ENDS: Readonly<Record<string, string>> = {
  SUCCEEDED: 'ExecutionsSucceeded',
  FAILED: 'ExecutionsFailed',
  TIMED_OUT: 'ExecutionsTimedOut',
  ABORTED: 'ExecutionsAborted',
};

/** Executions of a state machine as they start and end (`AWS/States` by StateMachineArn). */
export function executions(client: SFNClient, stateMachineArn: string, from: Date): Source {
  /** The status in which each was last seen, by ARN. */
  const seen = new Map<string | undefined, string | undefined>();
  const common = { namespace: 'AWS/States', dimensions: { StateMachineArn: stateMachineArn } };

  /** One that ran before the first reading counts as it ends, and one that had ended then not at all. */
  function* judge({ executionArn, status, startDate, stopDate }: ExecutionListItem): Generator<Datum> {
    const last = seen.get(executionArn);
    seen.set(executionArn, status);
    if (!startDate) return;
    const isNew = last === undefined && startDate >= from;
    if (isNew) yield { ...common, name: 'ExecutionsStarted', unit: 'Count', at: startDate, values: [1] };
    const end = ENDS[String(status)];
    if (!end || !stopDate || !(isNew || last === 'RUNNING')) return;
    yield { ...common, name: end, unit: 'Count', at: stopDate, values: [1] };
    const values = [stopDate.getTime() - startDate.getTime()];
    yield { ...common, name: 'ExecutionTime', unit: 'Milliseconds', at: stopDate, values };
  }

  return async () => {
    const pages = await Array.fromAsync(paginateListExecutions({ client }, { stateMachineArn }));
    return pages.flatMap((page) => page.executions ?? []).flatMap((execution) => [...judge(execution)]);
  };
}
