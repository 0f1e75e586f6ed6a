import {
  type DynamoDBStreamsClient,
  GetRecordsCommand,
  GetShardIteratorCommand,
  type _Record as SdkRecord,
} from '@aws-sdk/client-dynamodb-streams';
import type { StreamRange } from './failure-message.ts';

/** The records are not in the stream any more: it forgets after 24 hours. */
export class RecordsLostError extends Error {
  override readonly name = 'RecordsLostError';
}

/** A record of the stream as Lambda hands it to a consumer. */
export type StreamRecord = Readonly<Record<string, unknown>>;

/** Pages without a record, one after the other, after which the end is not looked for any longer. */
const EMPTY_PAGES = 50;

/**
 * The records of a stretch of a stream, in their order.
 *
 * @throws RecordsLostError where the stream has forgotten its beginning.
 */
export async function readRecords(streams: DynamoDBStreamsClient, range: StreamRange): Promise<StreamRecord[]> {
  const records: SdkRecord[] = [];
  let iterator = await iteratorAt(streams, range);
  for (let empty = 0; iterator && empty < EMPTY_PAGES; ) {
    const page = await orLost(streams.send(new GetRecordsCommand({ ShardIterator: iterator })));
    const found = page.Records ?? [];
    // An empty page says nothing about what follows.
    empty = found.length === 0 ? empty + 1 : 0;
    records.push(...found.filter((record) => readNumber(record) <= BigInt(range.end)));
    if (found.some((record) => readNumber(record) >= BigInt(range.end))) return checked(records, range);
    iterator = page.NextShardIterator;
  }
  throw new Error(`the stream ends before ${range.end}`);
}

function checked(records: readonly SdkRecord[], { start, end, streamArn }: StreamRange): StreamRecord[] {
  const [first, last] = [records[0], records.at(-1)];
  if (!first || readNumber(first) !== BigInt(start)) throw new RecordsLostError(`the stream has no record ${start}`);
  if (!last || readNumber(last) !== BigInt(end)) throw new Error(`the stream has no record ${end}`);
  return records.map((record) => asDelivered(record, streamArn));
}

async function iteratorAt(streams: DynamoDBStreamsClient, range: StreamRange): Promise<string | undefined> {
  const { ShardIterator } = await orLost(
    streams.send(
      new GetShardIteratorCommand({
        StreamArn: range.streamArn,
        ShardId: range.shardId,
        ShardIteratorType: 'AT_SEQUENCE_NUMBER',
        SequenceNumber: range.start,
      }),
    ),
  );
  return ShardIterator;
}

/** A shard that is gone is as lost as a record that was trimmed from one. */
async function orLost<T>(answer: Promise<T>): Promise<T> {
  try {
    return await answer;
  } catch (error) {
    const name = error instanceof Error ? error.name : '';
    if (name !== 'TrimmedDataAccessException' && name !== 'ResourceNotFoundException') throw error;
    throw new RecordsLostError('the stream has forgotten them (it keeps 24 hours)', { cause: error });
  }
}

function readNumber({ dynamodb }: SdkRecord): bigint {
  if (!dynamodb?.SequenceNumber) throw new Error('the stream gave a record without its number');
  return BigInt(dynamodb.SequenceNumber);
}

/** The SDK parses times and binary values into objects; a function gets the wire format. */
function asDelivered({ dynamodb, ...record }: SdkRecord, streamArn: string): StreamRecord {
  const { ApproximateCreationDateTime: at, ...rest } = dynamodb ?? {};
  const seconds = at === undefined ? {} : { ApproximateCreationDateTime: at.getTime() / 1000 };
  const wire = { ...record, dynamodb: { ...seconds, ...rest }, eventSourceARN: streamArn };
  return JSON.parse(
    JSON.stringify(wire, (_, value: unknown) =>
      value instanceof Uint8Array ? Buffer.from(value).toString('base64') : value,
    ),
  );
}
