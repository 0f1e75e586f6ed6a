import {
  ConditionalCheckFailedException,
  DynamoDBClient,
  InternalServerError,
  ProvisionedThroughputExceededException,
  RequestLimitExceeded,
  ThrottlingException,
  TransactionCanceledException,
  TransactionConflictException,
} from '@aws-sdk/client-dynamodb';
import {
  BatchGetCommand,
  DynamoDBDocumentClient,
  QueryCommand,
  TransactWriteCommand,
  UpdateCommand,
} from '@aws-sdk/lib-dynamodb';
import { marshall } from '@aws-sdk/util-dynamodb';
import { mockClient } from 'aws-sdk-client-mock';
import { StaleDecisionError } from '../../../shared/errors.ts';
import type { ItemReference } from '../../../shared/repositories/stored-item.ts';
import { isStaleAt, Tables } from '../../../shared/repositories/tables.ts';
import { NOW } from '../../fixtures.ts';
import { FrozenClock } from '../../world/clock.ts';
import { SeededRandom } from '../../world/seeded-random.ts';
import { TABLE_NAMES } from '../../world/world.ts';

const client = DynamoDBDocumentClient.from(new DynamoDBClient({}));
const dynamodb = mockClient(client);
const WRITES = [{ Put: { TableName: 'main', Item: { pk: 'a', sk: 'b' } } }];

/** A cancelled transaction as the SDK throws it: one reason per item. */
function cancelled(...codes: string[]): TransactionCanceledException {
  return new TransactionCanceledException({
    message: 'Transaction cancelled',
    $metadata: {},
    CancellationReasons: codes.map((Code) => ({ Code })),
  });
}

let clock: FrozenClock;
let tables: Tables;

beforeEach(() => {
  dynamodb.reset();
  clock = new FrozenClock(NOW);
  tables = new Tables(client, TABLE_NAMES, { clock, random: new SeededRandom(1) });
});

/** An item as it is, at a place of any key. */
const item = (pk: string, sk: string, table: 'main' | 'seeds' = 'main'): ItemReference<Record<string, unknown>> => ({
  table,
  key: { pk, sk },
  parse: (found) => found,
});

describe('a transaction', () => {
  it.each(['TransactionConflict', 'ThrottlingError', 'ProvisionedThroughputExceeded'])(
    'is tried again after %s',
    async (code) => {
      dynamodb.on(TransactWriteCommand).rejectsOnce(cancelled('None', code)).resolves({});
      await tables.transact(WRITES);
      expect(dynamodb.commandCalls(TransactWriteCommand)).toHaveLength(2);
    },
  );

  it('is not tried again after a failed condition, whatever else failed with it', async () => {
    dynamodb.on(TransactWriteCommand).rejects(cancelled('TransactionConflict', 'ConditionalCheckFailed'));
    await expect(tables.transact(WRITES)).rejects.toThrow(StaleDecisionError);
    expect(dynamodb.commandCalls(TransactWriteCommand)).toHaveLength(1);
  });

  it('tells whose condition failed, and of nothing else that it did', async () => {
    dynamodb.on(TransactWriteCommand).rejects(cancelled('None', 'ConditionalCheckFailed'));
    const error = await tables.transact(WRITES).catch((thrown: unknown) => thrown);
    expect([0, 1, 2].map((index) => isStaleAt(index, error))).toEqual([false, true, false]);
    expect(isStaleAt(1, new StaleDecisionError('moved on'))).toBe(false);
    expect(isStaleAt(1, cancelled('None', 'ConditionalCheckFailed'))).toBe(false);
  });

  it('is not tried, and not tried again, from the moment on that what it writes no longer holds', async () => {
    dynamodb.on(TransactWriteCommand).rejects(cancelled('TransactionConflict'));
    await expect(tables.transact(WRITES, { notAfter: NOW.toISOString() })).rejects.toThrow(StaleDecisionError);
    expect(dynamodb.commandCalls(TransactWriteCommand)).toHaveLength(0);
    const soon = new Date(NOW.getTime() + 10).toISOString();
    await expect(tables.transact(WRITES, { notAfter: soon })).rejects.toThrow(StaleDecisionError);
  });

  it('is given up as UNAVAILABLE when contention does not end', async () => {
    dynamodb.on(TransactWriteCommand).rejects(cancelled('TransactionConflict'));
    await expect(tables.transact(WRITES)).rejects.toMatchObject({ code: 'UNAVAILABLE', retryAfter: 1 });
  });

  it.each(['ValidationError', 'ItemCollectionSizeLimitExceeded'])('is not tried again after %s', async (code) => {
    const error = cancelled(code);
    dynamodb.on(TransactWriteCommand).rejects(error);
    await expect(tables.transact(WRITES)).rejects.toBe(error);
  });

  it('is not tried again where the right to it is missing', async () => {
    const denied = Object.assign(new Error('no'), { name: 'AccessDeniedException' });
    dynamodb.on(TransactWriteCommand).rejects(denied);
    await expect(tables.transact(WRITES)).rejects.toBe(denied);
  });
});

const said = { message: 'said', $metadata: {} };
/** The error that the SDK throws once its own tries have not helped. */
const PASSING = [
  new TransactionConflictException(said),
  new ProvisionedThroughputExceededException(said),
  new ThrottlingException(said),
  new RequestLimitExceeded(said),
  new InternalServerError({ message: 'said', $metadata: { httpStatusCode: 500 } }),
  Object.assign(new Error('said'), { name: 'TimeoutError' }),
];

describe('the write of one item', () => {
  const write = () => tables.writeOne(item('a', 'b'), { UpdateExpression: 'ADD tries :one' });

  it.each(PASSING)('is tried again after $name, and gives the item as it then is', async (error) => {
    dynamodb
      .on(UpdateCommand)
      .rejectsOnce(error)
      .resolves({ Attributes: { tries: 1 } });
    expect(await write()).toEqual({ done: true, item: { tries: 1 } });
    expect(dynamodb.commandCalls(UpdateCommand)).toHaveLength(2);
  });

  it.each(PASSING)('is given up as UNAVAILABLE when $name does not end', async (error) => {
    dynamodb.on(UpdateCommand).rejects(error);
    await expect(write()).rejects.toMatchObject({ code: 'UNAVAILABLE', retryAfter: 1 });
  });

  it('gives a failed condition as a value, with the item that did not meet it', async () => {
    const unmet = { pk: 'a', tries: 3 };
    dynamodb.on(UpdateCommand).rejects(new ConditionalCheckFailedException({ ...said, Item: marshall(unmet) }));
    expect(await write()).toEqual({ done: false, item: unmet });
    expect(dynamodb.commandCalls(UpdateCommand)).toHaveLength(1);
  });

  it('is not tried again where the right to it is missing', async () => {
    const denied = Object.assign(new Error('no'), { name: 'AccessDeniedException' });
    dynamodb.on(UpdateCommand).rejects(denied);
    await expect(write()).rejects.toBe(denied);
    expect(dynamodb.commandCalls(UpdateCommand)).toHaveLength(1);
  });
});

it.each([
  { what: 'a batch of reads', read: () => tables.read({ one: item('a', 'b') }) },
  { what: 'a query', read: () => tables.queryPage({}) },
])('$what is tried again after throttling, and given up as UNAVAILABLE when that does not end', async ({ read }) => {
  dynamodb.rejectsOnce(new ThrottlingException(said)).resolves({});
  await read();
  expect(dynamodb.calls()).toHaveLength(2);
  dynamodb.rejects(new ThrottlingException(said));
  await expect(read()).rejects.toMatchObject({ code: 'UNAVAILABLE', retryAfter: 1 });
});

it('reads every page of a query, each from where the one before ended', async () => {
  dynamodb
    .on(QueryCommand)
    .resolvesOnce({ Items: [{ a: 1 }], LastEvaluatedKey: { pk: 'p1' } })
    .resolves({ Items: [{ a: 2 }] });
  expect(await Array.fromAsync(tables.queryPages({ table: 'record' }))).toEqual([[{ a: 1 }], [{ a: 2 }]]);
  expect(dynamodb.commandCalls(QueryCommand).map(({ args }) => args[0].input)).toEqual([
    { TableName: 'llavero-record' },
    { TableName: 'llavero-record', ExclusiveStartKey: { pk: 'p1' } },
  ]);
});

describe('a decision that lost a race', () => {
  it('is made again on what then is', async () => {
    let version = 0;
    const decided = await tables.decideAgain(async () => {
      version += 1;
      if (version < 3) throw new StaleDecisionError('moved on');
      return version;
    });
    expect(decided).toBe(3);
  });

  it('ends as UNAVAILABLE when it loses every time, and as itself when it is refused', async () => {
    const stale = () => Promise.reject(new StaleDecisionError('moved on'));
    await expect(tables.decideAgain(stale)).rejects.toMatchObject({ code: 'UNAVAILABLE' });
    const refusal = new Error('refused');
    await expect(tables.decideAgain(() => Promise.reject(refusal))).rejects.toBe(refusal);
  });
});

describe('a try that is made again', () => {
  /** The waits before each try, of which the random number is always the largest. */
  async function waits(call: () => Promise<unknown>): Promise<number[]> {
    const slept: number[] = [];
    const random = { next: () => 1, below: () => 0, uuid: () => 'uuid', bytes: () => new Uint8Array() };
    const sleep = async (ms: number) => void slept.push(ms);
    tables = new Tables(client, TABLE_NAMES, { clock: { now: () => NOW, sleep }, random: random as never });
    await expect(call()).rejects.toMatchObject({ code: 'UNAVAILABLE', retryAfter: 1 });
    return slept;
  }

  it.each([
    ['a write', () => tables.transact(WRITES), 8],
    ['a decision', () => tables.decideAgain(() => Promise.reject(new StaleDecisionError('moved on'))), 8],
    ['a read', () => tables.read({ one: item('a', 'b') }), 8],
  ])('waits up to 25 ms, doubled each time up to 400 ms, and is given up after eight: %s', async (_, call, tries) => {
    dynamodb.rejects(new ThrottlingException(said));
    expect(await waits(call)).toEqual([25, 50, 100, 200, 400, 400, 400, 400].slice(0, tries));
  });

  it('waits as long for what a batch leaves unread, and is given up where it is never read', async () => {
    const key = { pk: 'a', sk: 'b' };
    dynamodb.on(BatchGetCommand).resolves({ UnprocessedKeys: { llavero: { Keys: [key] } } });
    expect(await waits(() => tables.read({ one: item('a', 'b') }))).toEqual([
      50, 100, 200, 400, 400, 400, 400, 400, 400,
    ]);
    expect(dynamodb.commandCalls(BatchGetCommand)).toHaveLength(9);
  });
});

it('is no failed condition that came without reasons', async () => {
  const bare = new TransactionCanceledException({ message: 'said', $metadata: {} });
  dynamodb.on(TransactWriteCommand).rejects(bare);
  await expect(tables.transact(WRITES)).rejects.toBe(bare);
  expect(isStaleAt(0, new StaleDecisionError('x', { cause: bare }))).toBe(false);
});

it('answers a query that finds nothing with nothing', async () => {
  dynamodb.on(QueryCommand).resolves({});
  expect(await tables.queryPage({})).toEqual({ items: [], lastKey: undefined });
});

describe('a batch of reads', () => {
  const key = (index: number) => ({ pk: `p${index}`, sk: 's' });
  const at = (index: number) => item(`p${index}`, 's');

  it('comes under the names of its items, with nothing where nothing is, and each key asked once', async () => {
    dynamodb.on(BatchGetCommand).resolves({
      Responses: {
        llavero: [
          { ...key(2), a: 2 },
          { ...key(1), a: 1 },
        ],
      },
    });
    expect(await tables.read({ one: at(1), none: at(3), unasked: undefined, those: [at(2), at(1), at(3)] })).toEqual({
      one: { ...key(1), a: 1 },
      none: undefined,
      unasked: undefined,
      those: [{ ...key(2), a: 2 }, { ...key(1), a: 1 }, undefined],
    });
    expect(dynamodb.commandCalls(BatchGetCommand)[0]?.args[0].input.RequestItems).toEqual({
      llavero: { Keys: [key(1), key(3), key(2)], ConsistentRead: true },
    });
  });

  it('is one call for two tables, and an item of the one is not one of the other', async () => {
    const seed = item('p1', 's', 'seeds');
    dynamodb
      .on(BatchGetCommand)
      .resolvesOnce({
        Responses: { llavero: [{ ...key(1), a: 1 }] },
        UnprocessedKeys: { 'llavero-seeds': { Keys: [key(1)] } },
      })
      .resolves({ Responses: { 'llavero-seeds': [{ ...key(1), a: 2 }] } });
    expect(await tables.read({ seed, one: at(1), two: at(2) })).toEqual({
      seed: { ...key(1), a: 2 },
      one: { ...key(1), a: 1 },
      two: undefined,
    });
    expect(dynamodb.commandCalls(BatchGetCommand).map(({ args }) => args[0].input.RequestItems)).toEqual([
      {
        llavero: { Keys: [key(1), key(2)], ConsistentRead: true },
        'llavero-seeds': { Keys: [key(1)], ConsistentRead: true },
      },
      { 'llavero-seeds': { Keys: [key(1)], ConsistentRead: true } },
    ]);
  });

  it('asks again for what DynamoDB left unprocessed, and a hundred at a time', async () => {
    dynamodb
      .on(BatchGetCommand)
      .resolvesOnce({ Responses: { llavero: [key(0)] }, UnprocessedKeys: { llavero: { Keys: [key(1)] } } })
      .resolves({ Responses: { llavero: [key(1)] } });
    expect(await tables.read({ those: [at(0), at(1)] })).toEqual({ those: [key(0), key(1)] });
    dynamodb.reset();
    dynamodb.on(BatchGetCommand).resolves({ Responses: {} });
    await tables.read({ those: Array.from({ length: 150 }, (_, index) => at(index)) });
    const sizes = dynamodb
      .commandCalls(BatchGetCommand)
      .map(({ args }) => args[0].input.RequestItems?.llavero?.Keys?.length);
    expect(sizes).toEqual([100, 50]);
  });

  it('is of no table that the function is not told of', async () => {
    const untold = new Tables(client, { main: 'llavero' }, { clock, random: new SeededRandom(1) });
    await expect(untold.read({ seed: item('p1', 's', 'seeds') })).rejects.toThrow('no table of kind seeds');
    expect(dynamodb.calls()).toEqual([]);
  });
});
