import type { _Record as StreamRecord } from '@aws-sdk/client-dynamodb-streams';

export const STREAM_ARN = 'arn:aws:dynamodb:us-east-1:111122223333:table/record/stream/2026-01-01T00:00:00.000';

/** A message as the Lambda developer guide shows it. */
export function aMessage(changes: Record<string, unknown> = {}): string {
  return JSON.stringify({
    requestContext: {
      requestId: '316aa6d0-8154-4f6e-9af7-85d5f4a6bc81',
      functionArn: 'arn:aws:lambda:us-east-1:111122223333:function:archive',
      condition: 'RetryAttemptsExhausted',
      approximateInvokeCount: 1,
    },
    responseContext: { statusCode: 200, executedVersion: '$LATEST', functionError: 'Unhandled' },
    version: '1.0',
    timestamp: '2026-01-01T00:13:49.717Z',
    DDBStreamBatchInfo: {
      shardId: 'shardId-00000001573689847184-864758bb',
      startSequenceNumber: '800000000000000000011',
      endSequenceNumber: '800000000000000000013',
      approximateArrivalOfFirstRecord: '2026-01-01T00:13:19Z',
      approximateArrivalOfLastRecord: '2026-01-01T00:13:19Z',
      batchSize: 3,
      streamArn: STREAM_ARN,
      ...changes,
    },
  });
}

/** A record of the stream as the SDK reads it; `number` ends its sequence number. */
export function aRecord(number: number, type = 'CHANGE_APPLIED'): StreamRecord {
  return {
    eventID: `event-${number}`,
    eventName: 'INSERT',
    dynamodb: {
      ApproximateCreationDateTime: new Date('2026-01-01T00:13:19Z'),
      Keys: { pk: { S: 'COMPANY#c#TOKEN#t' } },
      NewImage: { type: { S: type } },
      SequenceNumber: `8000000000000000000${number}`,
    },
  };
}
