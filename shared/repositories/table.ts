import { setTimeout as sleep } from 'node:timers/promises';
import {
  ConditionalCheckFailedException,
  DynamoDBClient,
  TransactionCanceledException,
} from '@aws-sdk/client-dynamodb';
import {
  BatchGetCommand,
  DynamoDBDocumentClient,
  QueryCommand,
  type QueryCommandInput,
  TransactWriteCommand,
  type TransactWriteCommandInput,
  UpdateCommand,
  type UpdateCommandInput,
} from '@aws-sdk/lib-dynamodb';
import { unmarshall } from '@aws-sdk/util-dynamodb';
import { hintSettings } from '../clients.ts';
import { requireEnv } from '../env.ts';
import { ProblemError, StaleDecisionError } from '../errors.ts';
import { isPassingFault } from '../passing-fault.ts';

export const TABLE = requireEnv('TABLE_NAME');

export const table = DynamoDBDocumentClient.from(new DynamoDBClient(hintSettings), {
  marshallOptions: { removeUndefinedValues: true },
});

export type Key = { readonly pk: string; readonly sk: string };
/** A key of another table than the main one. */
export type ForeignKey = Key & { readonly table: string };
export type Item = Record<string, unknown>;
export type TransactItem = NonNullable<TransactWriteCommandInput['TransactItems']>[number];

/** Reads of one batch, as DynamoDB limits them. */
const BATCH_SIZE = 100;
const TRIES = 8;
const LONGEST_WAIT_MS = 400;

/** A random wait of up to 25 ms, doubled with every try up to 400 ms (full jitter): 2 s at most in all. */
async function backOff(attempt: number): Promise<void> {
  await sleep(Math.random() * Math.min(LONGEST_WAIT_MS, 25 * 2 ** attempt));
}

/**
 * Makes a call of DynamoDB, and makes it again with jitter where it failed in passing: too many calls, or others at
 * the same item.
 *
 * @throws ProblemError `UNAVAILABLE` where that does not pass.
 */
async function patiently<T>(call: () => Promise<T>): Promise<T> {
  for (let attempt = 0; ; attempt++) {
    try {
      return await call();
    } catch (error) {
      if (!isPassing(error)) throw error;
      if (attempt >= TRIES) throw new ProblemError('UNAVAILABLE', {}, 1);
      await backOff(attempt);
    }
  }
}

function isPassing(error: unknown): boolean {
  if (!(error instanceof TransactionCanceledException)) return isPassingFault(error);
  return (error.CancellationReasons ?? []).some(({ Code }) =>
    ['TransactionConflict', 'ThrottlingError', 'ProvisionedThroughputExceeded'].includes(Code ?? ''),
  );
}

/** The items of these keys, strongly consistent, in the keys' order; undefined where there is none. */
export async function getAll(keys: readonly (Key | ForeignKey)[]): Promise<(Item | undefined)[]> {
  const found = new Map<string, Item>();
  const wanted = [...new Map(keys.map(inTable).map((key) => [idIn(key), key])).values()];
  for (let attempt = 0, left = wanted; left.length > 0; attempt++) {
    if (attempt > 0) await backOff(attempt);
    if (attempt >= TRIES + wanted.length / BATCH_SIZE) throw new ProblemError('UNAVAILABLE', {}, 1);
    const batch = Map.groupBy(left.slice(0, BATCH_SIZE), ({ table }) => table);
    const RequestItems = Object.fromEntries(
      [...batch].map(([name, those]) => [
        name,
        { Keys: those.map(({ pk, sk }) => ({ pk, sk })), ConsistentRead: true },
      ]),
    );
    const { Responses = {}, UnprocessedKeys = {} } = await patiently(() =>
      table.send(new BatchGetCommand({ RequestItems })),
    );
    for (const [name, items] of Object.entries(Responses)) {
      for (const item of items) found.set(idIn({ table: name, pk: item.pk, sk: item.sk }), item);
    }
    const unprocessed = Object.entries(UnprocessedKeys).flatMap(([name, { Keys = [] }]) =>
      Keys.map(({ pk, sk }) => ({ table: name, pk, sk })),
    );
    left = [...left.slice(BATCH_SIZE), ...unprocessed];
  }
  return keys.map((key) => found.get(idIn(inTable(key))));
}

const inTable = (key: Key | ForeignKey): ForeignKey => ({ table: TABLE, ...key });
const idIn = ({ table: name, pk, sk }: ForeignKey) => JSON.stringify([name, pk, sk]);

/** One page of a query, on the main table unless another is named. */
export async function queryPage(
  input: Omit<QueryCommandInput, 'TableName'> & { TableName?: string },
): Promise<{ items: Item[]; lastKey: Item | undefined }> {
  const { Items, LastEvaluatedKey } = await patiently(() =>
    table.send(new QueryCommand({ TableName: TABLE, ...input })),
  );
  return { items: Items ?? [], lastKey: LastEvaluatedKey };
}

/** Every page of a query, one after another, for as long as whoever reads them goes on. */
export async function* queryPages(input: Omit<QueryCommandInput, 'TableName'>): AsyncGenerator<Item[]> {
  let start: Item | undefined;
  do {
    const { items, lastKey } = await queryPage({ ...input, ...(start ? { ExclusiveStartKey: start } : {}) });
    yield items;
    start = lastKey;
  } while (start);
}

/** What became of the write of one item: the item as it then is, or the one that did not meet the condition. */
export interface Written {
  readonly done: boolean;
  readonly item: Item | undefined;
}

/** Writes one item of the main table; conflicts and throttling are retried, and a failed condition is a value. */
export async function writeOne(
  update: Omit<UpdateCommandInput, 'TableName' | 'ReturnValues' | 'ReturnValuesOnConditionCheckFailure'>,
): Promise<Written> {
  const command = () =>
    new UpdateCommand({
      TableName: TABLE,
      ...update,
      ReturnValues: 'ALL_NEW',
      ReturnValuesOnConditionCheckFailure: 'ALL_OLD',
    });
  try {
    const { Attributes } = await patiently(() => table.send(command()));
    return { done: true, item: Attributes };
  } catch (error) {
    if (!(error instanceof ConditionalCheckFailedException)) throw error;
    return { done: false, item: error.Item && unmarshall(error.Item) };
  }
}

/**
 * Writes all of it or nothing. Contention and throttling are retried with jitter, as each cancellation reason says.
 *
 * @param notAfter the moment from which what was decided no longer holds, so that no later try writes it.
 * @throws StaleDecisionError where a condition no longer holds: read again and decide again.
 */
export async function transact(
  items: readonly TransactItem[],
  { notAfter }: { notAfter?: string | undefined } = {},
): Promise<void> {
  await patiently(async () => {
    if (notAfter !== undefined && Date.now() >= Date.parse(notAfter)) throw new StaleDecisionError('Too late');
    try {
      await table.send(new TransactWriteCommand({ TransactItems: [...items] }));
    } catch (error) {
      const reasons = error instanceof TransactionCanceledException ? (error.CancellationReasons ?? []) : [];
      if (!reasons.some(({ Code }) => Code === 'ConditionalCheckFailed')) throw error;
      throw new StaleDecisionError('A condition failed', { cause: error });
    }
  });
}

/** Whether it was (also) this item of the transaction whose condition no longer held. */
export function isStaleAt(index: number, error: unknown): boolean {
  if (!(error instanceof StaleDecisionError && error.cause instanceof TransactionCanceledException)) return false;
  return error.cause.CancellationReasons?.[index]?.Code === 'ConditionalCheckFailed';
}

/**
 * Reads, decides and writes; where another writer was faster, reads and decides again on what it then is.
 *
 * @throws ProblemError `UNAVAILABLE` where that happens too often in a row: the caller retries with the same key.
 */
export async function decideAgain<T>(readDecideWrite: () => Promise<T>): Promise<T> {
  for (let attempt = 0; attempt < TRIES; attempt++) {
    try {
      return await readDecideWrite();
    } catch (error) {
      if (!(error instanceof StaleDecisionError)) throw error;
      await backOff(attempt);
    }
  }
  throw new ProblemError('UNAVAILABLE', {}, 1);
}
