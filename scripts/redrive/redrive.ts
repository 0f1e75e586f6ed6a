import type { DynamoDBStreamsClient } from '@aws-sdk/client-dynamodb-streams';
import { InvokeCommand, type LambdaClient } from '@aws-sdk/client-lambda';
import type { Message } from '@aws-sdk/client-sqs';
import type { Consumer } from './consumer.ts';
import { parseFailureMessage, type StreamRange } from './failure-message.ts';
import type { FailureQueue } from './failure-queue.ts';
import { readRecords, type StreamRecord } from './stream-records.ts';

/** The outcome of one message. */
export interface Outcome {
  /** True if its records were delivered; on a dry run, if they could be. */
  readonly good: boolean;
  /** One line for a person. */
  readonly line: string;
}

export interface Redrive {
  readonly queue: FailureQueue;
  readonly streams: DynamoDBStreamsClient;
  readonly lambda: LambdaClient;
  readonly consumer: Consumer;
  readonly dryRun: boolean;
}

/**
 * Handles each message of a failure queue once: reads its records again from the stream and gives them to the consumer.
 * It deletes the message only when the consumer took them. After any failure the message stays in the queue.
 */
export async function redrive(
  { queue, ...means }: Redrive,
  tell: (outcome: Outcome) => void,
): Promise<{ good: number; left: number }> {
  const counts = { good: 0, left: 0 };
  const kept = new Map<string | undefined, Message>();
  try {
    for (let message = await queue.next(); message && !kept.has(message.MessageId); message = await queue.next()) {
      const outcome = await seeTo(message, means);
      counts[outcome.good ? 'good' : 'left'] += 1;
      if (outcome.good && !means.dryRun) await queue.delete(message);
      else kept.set(message.MessageId, message);
      tell(outcome);
    }
  } finally {
    await queue.putBack([...kept.values()]);
  }
  return counts;
}

async function seeTo(message: Message, means: Omit<Redrive, 'queue'>): Promise<Outcome> {
  const range = parseFailureMessage(message.Body ?? '');
  const where = range ? `from ${range.arrivedAt} (${range.condition})` : `message ${message.MessageId}`;
  try {
    if (!range) throw new Error('it points at no records');
    return { good: true, line: `${where}: ${await deliver(range, means)}` };
  } catch (error) {
    const why = error instanceof Error ? error.message || error.name : String(error);
    return { good: false, line: `${where}: left in the queue: ${why}` };
  }
}

async function deliver(range: StreamRange, { streams, lambda, consumer, dryRun }: Omit<Redrive, 'queue'>) {
  // A message that somebody else wrote must not have the consumer fed with another stream's records.
  if (range.streamArn !== consumer.streamArn) throw new Error('it points at a stream that is not this consumer’s');
  const records = (await readRecords(streams, range)).filter(consumer.takes);
  const counted = `${records.length} ${records.length === 1 ? 'record' : 'records'}`;
  if (dryRun) return `${counted} would be delivered`;
  if (records.length > 0) await invoke(lambda, consumer.functionArn, records);
  return `${counted} delivered`;
}

async function invoke(lambda: LambdaClient, functionArn: string, Records: readonly StreamRecord[]): Promise<void> {
  const { FunctionError, Payload } = await lambda.send(
    new InvokeCommand({ FunctionName: functionArn, Payload: JSON.stringify({ Records }) }),
  );
  if (FunctionError) throw new Error(`the consumer failed again: ${Payload?.transformToString().slice(0, 300)}`);
}
