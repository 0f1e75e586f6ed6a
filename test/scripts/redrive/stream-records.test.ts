import {
  DynamoDBStreamsClient,
  GetRecordsCommand,
  GetShardIteratorCommand,
  ResourceNotFoundException,
  TrimmedDataAccessException,
} from '@aws-sdk/client-dynamodb-streams';
import { mockClient } from 'aws-sdk-client-mock';
import { parseFailureMessage } from '../../../scripts/redrive/failure-message.ts';
import { RecordsLostError, readRecords } from '../../../scripts/redrive/stream-records.ts';
import { aMessage, aRecord, STREAM_ARN } from './fixtures.ts';

const streams = mockClient(DynamoDBStreamsClient);
const client = new DynamoDBStreamsClient({});

beforeEach(() => {
  streams.reset();
  streams.on(GetShardIteratorCommand).resolves({ ShardIterator: 'page-0' });
});

function pointed() {
  const range = parseFailureMessage(aMessage());
  if (!range) throw new Error('The fixture is no pointer');
  return range;
}

/** Has the stream answer these pages, one after the other; the last one ends the shard. */
function pages(...found: ReturnType<typeof aRecord>[][]) {
  found.forEach((Records, index) => {
    const next = index + 1 < found.length ? { NextShardIterator: `page-${index + 1}` } : {};
    streams.on(GetRecordsCommand, { ShardIterator: `page-${index}` }).resolves({ Records, ...next });
  });
}

const numbers = async () =>
  (await readRecords(client, pointed())).map(({ eventID }) => Number(String(eventID).replace('event-', '')));

it('are read from their first to their last, over empty pages, and not one more', async () => {
  pages([aRecord(11)], [], [aRecord(12)], [aRecord(13), aRecord(14)], [aRecord(15)]);
  expect(await numbers()).toEqual([11, 12, 13]);
  expect(streams.commandCalls(GetShardIteratorCommand)[0]?.args[0].input).toEqual({
    StreamArn: STREAM_ARN,
    ShardId: 'shardId-00000001573689847184-864758bb',
    ShardIteratorType: 'AT_SEQUENCE_NUMBER',
    SequenceNumber: '800000000000000000011',
  });
});

it('are as Lambda delivers them: times in seconds, binary in base64, with the stream’s name', async () => {
  const { dynamodb, ...rest } = aRecord(11);
  const NewImage = { type: { S: 'CHANGE_APPLIED' }, raw: { B: new Uint8Array([1, 2, 3]) } };
  pages([{ ...rest, dynamodb: { ...dynamodb, NewImage } }, aRecord(13)]);
  expect((await readRecords(client, pointed()))[0]).toEqual({
    eventID: 'event-11',
    eventName: 'INSERT',
    eventSourceARN: STREAM_ARN,
    dynamodb: {
      ApproximateCreationDateTime: Date.parse('2026-01-01T00:13:19Z') / 1000,
      Keys: { pk: { S: 'COMPANY#c#TOKEN#t' } },
      NewImage: { type: { S: 'CHANGE_APPLIED' }, raw: { B: 'AQID' } },
      SequenceNumber: '800000000000000000011',
    },
  });
});

it.each([
  ['the beginning was trimmed', new TrimmedDataAccessException({ message: 'trimmed', $metadata: {} })],
  ['the shard is gone', new ResourceNotFoundException({ message: 'gone', $metadata: {} })],
])('are lost where %s', async (_, error) => {
  streams.on(GetShardIteratorCommand).rejects(error);
  await expect(numbers()).rejects.toThrow(RecordsLostError);
});

it('are lost where they were trimmed between two reads', async () => {
  streams.on(GetRecordsCommand).rejects(new TrimmedDataAccessException({ message: 'trimmed', $metadata: {} }));
  await expect(numbers()).rejects.toThrow(RecordsLostError);
});

it('are lost where the first that is there is not the first', async () => {
  pages([aRecord(12), aRecord(13)]);
  await expect(numbers()).rejects.toThrow(RecordsLostError);
});

it.each<[string, ReturnType<typeof aRecord>[]]>([
  ['the shard ends before the last', [aRecord(11), aRecord(12)]],
  ['the last is not there', [aRecord(11), aRecord(14)]],
])('are not taken for whole where %s', async (_, records) => {
  pages(records);
  await expect(numbers()).rejects.toThrow(/800000000000000000013/);
});

it('are not waited for without end', async () => {
  streams.on(GetRecordsCommand).resolves({ Records: [], NextShardIterator: 'again' });
  await expect(numbers()).rejects.toThrow('the stream ends before');
});

it('are not called lost when the caller may not read them', async () => {
  const denied = Object.assign(new Error('not authorized'), { name: 'AccessDeniedException' });
  streams.on(GetShardIteratorCommand).rejects(denied);
  await expect(numbers()).rejects.toThrow('not authorized');
});
