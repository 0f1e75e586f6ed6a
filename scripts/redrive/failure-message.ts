import * as z from 'zod/mini';

const sequenceNumber = z.string().check(z.regex(/^\d{1,40}$/));

/**
 * The message that Lambda sends to the queue of a stream's failures. It has the records' place in the stream, never
 * their contents (AWS Lambda developer guide, "Retain discarded batches for a DynamoDB event source").
 */
const failureMessageSchema = z.object({
  requestContext: z.object({ condition: z.string() }),
  DDBStreamBatchInfo: z.object({
    streamArn: z.string().check(z.startsWith('arn:')),
    shardId: z.string().check(z.minLength(1)),
    startSequenceNumber: sequenceNumber,
    endSequenceNumber: sequenceNumber,
    approximateArrivalOfFirstRecord: z.string(),
    batchSize: z.number(),
  }),
});

/** A stretch of one shard of a stream, both ends of it included. */
export interface StreamRange {
  readonly streamArn: string;
  readonly shardId: string;
  readonly start: string;
  readonly end: string;
  /** When the first of it was written, as Lambda says it. */
  readonly arrivedAt: string;
  /** Why it was given up, in Lambda's word: `RetryAttemptsExhausted`, … */
  readonly condition: string;
}

/** The stretch that a message points at; undefined where the message is no such pointer. */
export function parseFailureMessage(body: string): StreamRange | undefined {
  const parsed = z.safeParse(failureMessageSchema, parseJson(body));
  if (!parsed.success) return undefined;
  const { requestContext, DDBStreamBatchInfo: info } = parsed.data;
  if (BigInt(info.startSequenceNumber) > BigInt(info.endSequenceNumber)) return undefined;
  return {
    streamArn: info.streamArn,
    shardId: info.shardId,
    start: info.startSequenceNumber,
    end: info.endSequenceNumber,
    arrivedAt: info.approximateArrivalOfFirstRecord,
    condition: requestContext.condition,
  };
}

function parseJson(body: string): unknown {
  try {
    return JSON.parse(body);
  } catch {
    return undefined;
  }
}
