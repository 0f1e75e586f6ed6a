import { DynamoDBStreamsClient, GetRecordsCommand, GetShardIteratorCommand } from '@aws-sdk/client-dynamodb-streams';
import { InvokeCommand, LambdaClient } from '@aws-sdk/client-lambda';
import {
  ChangeMessageVisibilityCommand,
  DeleteMessageCommand,
  GetQueueUrlCommand,
  ReceiveMessageCommand,
  SQSClient,
} from '@aws-sdk/client-sqs';
import { Uint8ArrayBlobAdapter } from '@smithy/core/serde';
import { mockClient } from 'aws-sdk-client-mock';
import { eventFilter } from '../../../scripts/redrive/event-filter.ts';
import { FailureQueue } from '../../../scripts/redrive/failure-queue.ts';
import { redrive } from '../../../scripts/redrive/redrive.ts';
import { aMessage, aRecord, STREAM_ARN } from './fixtures.ts';

const sqs = mockClient(SQSClient);
const streams = mockClient(DynamoDBStreamsClient);
const lambda = mockClient(LambdaClient);

const consumer = {
  functionArn: 'arn:aws:lambda:us-east-1:111122223333:function:consumer:live',
  streamArn: STREAM_ARN,
  queueName: 'failures',
  takes: eventFilter([JSON.stringify({ dynamodb: { NewImage: { type: { S: ['CHANGE_APPLIED'] } } } })]),
};

beforeEach(() => {
  for (const mock of [sqs, streams, lambda]) mock.reset();
  sqs.on(GetQueueUrlCommand).resolves({ QueueUrl: 'https://queue.example' });
  streams.on(GetShardIteratorCommand).resolves({ ShardIterator: 'first' });
  streams.on(GetRecordsCommand).resolves({ Records: [aRecord(11), aRecord(12, 'CHANGE_EXPIRED'), aRecord(13)] });
  lambda.on(InvokeCommand).resolves({ StatusCode: 200 });
});

/** Redrives a queue that gives these messages, one after the other. */
async function redriven(bodies: readonly string[], dryRun = false) {
  const messages = bodies.map((Body, index) => ({ MessageId: `m${index}`, ReceiptHandle: `r${index}`, Body }));
  let reads = sqs.on(ReceiveMessageCommand);
  for (const message of messages) reads = reads.resolvesOnce({ Messages: [message] });
  reads.resolves({});
  const lines: string[] = [];
  const means = { streams: new DynamoDBStreamsClient({}), lambda: new LambdaClient({}), consumer, dryRun };
  const queue = await FailureQueue.open(new SQSClient({}), 'failures');
  const counts = await redrive({ queue, ...means }, ({ line }) => lines.push(line));
  return {
    ...counts,
    lines,
    invoked: lambda.commandCalls(InvokeCommand).map(({ args }) => args[0].input),
    deleted: sqs.commandCalls(DeleteMessageCommand).map(({ args }) => args[0].input.ReceiptHandle),
    putBack: sqs.commandCalls(ChangeMessageVisibilityCommand).map(({ args }) => args[0].input.ReceiptHandle),
  };
}

it('gives the consumer what its mapping lets through, and then deletes the message', async () => {
  const { good, left, lines, invoked, deleted, putBack } = await redriven([aMessage()]);
  expect({ good, left, deleted, putBack }).toEqual({ good: 1, left: 0, deleted: ['r0'], putBack: [] });
  expect(lines).toEqual(['from 2026-01-01T00:13:19Z (RetryAttemptsExhausted): 2 records delivered']);
  expect(invoked.map(({ FunctionName }) => FunctionName)).toEqual([consumer.functionArn]);
  const { Records } = JSON.parse(String(invoked[0]?.Payload));
  expect(Records.map(({ eventID }: { eventID: string }) => eventID)).toEqual(['event-11', 'event-13']);
});

it('leaves the message, and goes on to the next, where the consumer fails', async () => {
  const Payload = Uint8ArrayBlobAdapter.fromString('{"errorType":"AccessDenied"}');
  lambda.on(InvokeCommand).resolvesOnce({ FunctionError: 'Unhandled', Payload }).resolves({ StatusCode: 200 });
  const { good, left, lines, deleted, putBack } = await redriven([aMessage(), aMessage()]);
  expect({ good, left, deleted, putBack }).toEqual({ good: 1, left: 1, deleted: ['r1'], putBack: ['r0'] });
  expect(lines[0]).toContain('left in the queue: the consumer failed again: {"errorType":"AccessDenied"}');
});

it('leaves the message where the consumer cannot be called', async () => {
  lambda.on(InvokeCommand).rejects(new Error('no right to'));
  const { left, deleted, lines } = await redriven([aMessage()]);
  expect({ left, deleted }).toEqual({ left: 1, deleted: [] });
  expect(lines[0]).toContain('left in the queue: no right to');
});

it.each([
  ['another stream', aMessage({ streamArn: STREAM_ARN.replace('record', 'main') }), 'not this consumer’s'],
  ['no records', '{}', 'points at no records'],
])('feeds the consumer with nothing where a message points at %s', async (_, body, why) => {
  const { left, deleted, invoked, lines } = await redriven([body]);
  expect({ left, deleted, invoked }).toEqual({ left: 1, deleted: [], invoked: [] });
  expect(lines[0]).toContain(why);
});

it('deletes a message without calling, where the mapping lets none of its records through', async () => {
  streams.on(GetRecordsCommand).resolves({ Records: [aRecord(11, 'OTHER'), aRecord(13, 'OTHER')] });
  const { good, invoked, deleted } = await redriven([aMessage()]);
  expect({ good, invoked, deleted }).toEqual({ good: 1, invoked: [], deleted: ['r0'] });
});

it('neither calls nor deletes on a dry run', async () => {
  const { good, left, invoked, deleted, putBack, lines } = await redriven([aMessage()], true);
  expect({ good, left, invoked, deleted, putBack }).toEqual({
    good: 1,
    left: 0,
    invoked: [],
    deleted: [],
    putBack: ['r0'],
  });
  expect(lines[0]).toContain('2 records would be delivered');
});

it('ends where a message that it left comes back, instead of trying it for ever', async () => {
  lambda.on(InvokeCommand).rejects(new Error('no right to'));
  const message = { MessageId: 'same', ReceiptHandle: 'r', Body: aMessage() };
  sqs.on(ReceiveMessageCommand).resolves({ Messages: [message] });
  const means = { streams: new DynamoDBStreamsClient({}), lambda: new LambdaClient({}), consumer, dryRun: false };
  const queue = await FailureQueue.open(new SQSClient({}), 'failures');
  expect(await redrive({ queue, ...means }, () => undefined)).toEqual({ good: 0, left: 1 });
});

it('gives back what it had taken where the queue itself fails', async () => {
  lambda.on(InvokeCommand).rejects(new Error('no right to'));
  sqs
    .on(ReceiveMessageCommand)
    .resolvesOnce({ Messages: [{ MessageId: 'm', ReceiptHandle: 'r', Body: aMessage() }] })
    .rejects(new Error('the queue is away'));
  const means = { streams: new DynamoDBStreamsClient({}), lambda: new LambdaClient({}), consumer, dryRun: false };
  const queue = await FailureQueue.open(new SQSClient({}), 'failures');
  await expect(redrive({ queue, ...means }, () => undefined)).rejects.toThrow('the queue is away');
  expect(sqs.commandCalls(ChangeMessageVisibilityCommand)).toHaveLength(1);
});
