import { ConditionalCheckFailedException, TransactionCanceledException } from '@aws-sdk/client-dynamodb';
import {
  BatchGetCommand,
  type DynamoDBDocumentClient,
  QueryCommand,
  type QueryCommandInput,
  TransactWriteCommand,
  type TransactWriteCommandInput,
  UpdateCommand,
  type UpdateCommandInput,
} from '@aws-sdk/lib-dynamodb';
import { unmarshall } from '@aws-sdk/util-dynamodb';
import type { Clock, Random } from '../clock.ts';
import { ProblemError, StaleDecisionError } from '../errors.ts';
import { isPassingFault } from '../passing-fault.ts';
import type { Item, ItemReference, TableId } from './stored-item.ts';

/** One write of a transaction; its `TableName` is a {@link TableId}. */
export type Write = NonNullable<TransactWriteCommandInput['TransactItems']>[number];

/** Items to read, under the names by which they are answered; what is undefined is answered undefined. */
export type Wanted = Readonly<Record<string, ItemReference<unknown> | readonly ItemReference<unknown>[] | undefined>>;

type Found<R> = R extends readonly ItemReference<infer T>[]
  ? (T | undefined)[]
  : R extends ItemReference<infer T>
    ? T | undefined
    : undefined;

/** The items under the names they were asked for by; undefined where there is none. */
export type Read<W extends Wanted> = { readonly [Name in keyof W]: Found<W[Name]> };

/** A query; on the main table unless another is named. */
export type Query = Omit<QueryCommandInput, 'TableName'> & { readonly table?: TableId };
type Update = Omit<UpdateCommandInput, 'TableName' | 'Key' | 'ReturnValues' | 'ReturnValuesOnConditionCheckFailure'>;

/** The write of one item: the item as it then is, or, where `done` is false, the one that did not meet the condition. */
export interface Written {
  readonly done: boolean;
  readonly item: Item | undefined;
}

/** Items of one batch read, as DynamoDB limits them. */
const BATCH_SIZE = 100;
const TRIES = 8;
const LONGEST_WAIT_MS = 400;

const idIn = (table: string, { pk, sk }: { readonly pk?: unknown; readonly sk?: unknown }): string =>
  JSON.stringify([table, pk, sk]);

/** DynamoDB as the use cases have it: reads by name, writes on conditions, and one place for its retries. */
export class Tables {
  private readonly client: Pick<DynamoDBDocumentClient, 'send'>;
  private readonly names: Readonly<Partial<Record<TableId, string>>>;
  private readonly clock: Clock;
  private readonly random: Random;

  /** @param names what the stage calls its tables; one that is left out cannot be used. */
  constructor(
    client: Pick<DynamoDBDocumentClient, 'send'>,
    names: Readonly<Partial<Record<TableId, string>>>,
    { clock, random }: { readonly clock: Clock; readonly random: Random },
  ) {
    this.client = client;
    this.names = names;
    this.clock = clock;
    this.random = random;
  }

  /** Reads items in as few batches as there can be, strongly consistent, and answers each under its name. */
  async read<const W extends Wanted>(wanted: W): Promise<Read<W>> {
    const items = await this.readAll(Object.values(wanted).flatMap((one) => one ?? []));
    const parse = ({ table, key, parse: parseItem }: ItemReference<unknown>) => {
      const item = items.get(idIn(this.namePhone(table), key));
      return item && parseItem(item);
    };
    const found = Object.entries(wanted).map(([name, one]) => {
      if (one === undefined) return [name, undefined];
      return [name, 'key' in one ? parse(one) : one.map(parse)];
    });
    return Object.fromEntries(found) as Read<W>;
  }

  private async readAll(references: readonly ItemReference<unknown>[]): Promise<Map<string, Item>> {
    const found = new Map<string, Item>();
    const keys = references.map(({ table, key }) => ({ name: this.namePhone(table), key }));
    const wanted = [...new Map(keys.map((each) => [idIn(each.name, each.key), each])).values()];
    for (let attempt = 0, left = wanted; left.length > 0; attempt++) {
      if (attempt > 0) await this.backOff(attempt);
      if (attempt >= TRIES + wanted.length / BATCH_SIZE) throw new ProblemError('UNAVAILABLE', {}, 1);
      const batch = Map.groupBy(left.slice(0, BATCH_SIZE), ({ name }) => name);
      const RequestItems = Object.fromEntries(
        [...batch].map(([name, those]) => [name, { Keys: those.map(({ key }) => ({ ...key })), ConsistentRead: true }]),
      );
      const { Responses = {}, UnprocessedKeys = {} } = await this.patiently(() =>
        this.client.send(new BatchGetCommand({ RequestItems })),
      );
      for (const [name, items] of Object.entries(Responses)) {
        for (const item of items) found.set(idIn(name, item), item);
      }
      const unprocessed = Object.entries(UnprocessedKeys).flatMap(([name, { Keys = [] }]) =>
        Keys.map(({ pk, sk }) => ({ name, key: { pk, sk } })),
      );
      left = [...left.slice(BATCH_SIZE), ...unprocessed];
    }
    return found;
  }

  /** Reads one page of a query, on the main table unless another is named. */
  async queryPage({ table = 'main', ...query }: Query): Promise<{ items: Item[]; lastKey: Item | undefined }> {
    const { Items, LastEvaluatedKey } = await this.patiently(() =>
      this.client.send(new QueryCommand({ TableName: this.namePhone(table), ...query })),
    );
    return { items: Items ?? [], lastKey: LastEvaluatedKey };
  }

  /** Reads every page of a query, one after another, for as long as its reader goes on. */
  async *queryPages(query: Query): AsyncGenerator<Item[]> {
    let start: Item | undefined;
    do {
      const { items, lastKey } = await this.queryPage({ ...query, ...(start ? { ExclusiveStartKey: start } : {}) });
      yield items;
      start = lastKey;
    } while (start);
  }

  /** Updates one item; conflicts and throttling are retried, and a failed condition is a value. */
  async writeOne({ table, key }: ItemReference<unknown>, update: Update): Promise<Written> {
    const command = () =>
      new UpdateCommand({
        TableName: this.namePhone(table),
        Key: { ...key },
        ...update,
        ReturnValues: 'ALL_NEW',
        ReturnValuesOnConditionCheckFailure: 'ALL_OLD',
      });
    try {
      const { Attributes } = await this.patiently(() => this.client.send(command()));
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
  async transact(writes: readonly Write[], { notAfter }: { notAfter?: string | undefined } = {}): Promise<void> {
    const TransactItems = writes.map((write) => this.inStage(write));
    // The same transaction sent again after a lost answer succeeds again, and writes nothing twice.
    const ClientRequestToken = this.random.uuid();
    await this.patiently(async () => {
      if (notAfter !== undefined && this.clock.now().getTime() >= Date.parse(notAfter)) {
        throw new StaleDecisionError('Too late');
      }
      try {
        await this.client.send(new TransactWriteCommand({ TransactItems, ClientRequestToken }));
      } catch (error) {
        const reasons = error instanceof TransactionCanceledException ? (error.CancellationReasons ?? []) : [];
        if (!reasons.some(({ Code }) => Code === 'ConditionalCheckFailed')) throw error;
        throw new StaleDecisionError('A condition failed', { cause: error });
      }
    });
  }

  /**
   * Reads, decides and writes; where another writer was faster, reads and decides again on what it then is.
   *
   * @throws ProblemError `UNAVAILABLE` where that happens too often in a row: the caller retries with the same key.
   */
  async decideAgain<T>(readDecideWrite: () => Promise<T>): Promise<T> {
    for (let attempt = 0; attempt < TRIES; attempt++) {
      try {
        return await readDecideWrite();
      } catch (error) {
        if (!(error instanceof StaleDecisionError)) throw error;
        await this.backOff(attempt);
      }
    }
    throw new ProblemError('UNAVAILABLE', {}, 1);
  }

  /**
   * Makes a call, and makes it again with jitter where it failed in passing: too many calls, or others at the same item.
   *
   * @throws ProblemError `UNAVAILABLE` where that does not pass.
   */
  private async patiently<T>(call: () => Promise<T>): Promise<T> {
    for (let attempt = 0; ; attempt++) {
      try {
        return await call();
      } catch (error) {
        if (!isPassing(error)) throw error;
        if (attempt >= TRIES) throw new ProblemError('UNAVAILABLE', {}, 1);
        await this.backOff(attempt);
      }
    }
  }

  /** Waits a random time of up to 25 ms, doubled with every try up to 400 ms (full jitter): 2 s at most in all. */
  private async backOff(attempt: number): Promise<void> {
    await this.clock.sleep(this.random.next() * Math.min(LONGEST_WAIT_MS, 25 * 2 ** attempt));
  }

  private namePhone(table: TableId): string {
    const name = this.names[table];
    if (name === undefined) throw new Error(`This function has no table of kind ${table}`);
    return name;
  }

  private inStage({ Put, Update, Delete, ConditionCheck }: Write): Write {
    const named = <T extends { TableName?: string | undefined }>(write: T): T => ({
      ...write,
      TableName: this.namePhone(write.TableName as TableId),
    });
    return {
      ...(Put ? { Put: named(Put) } : {}),
      ...(Update ? { Update: named(Update) } : {}),
      ...(Delete ? { Delete: named(Delete) } : {}),
      ...(ConditionCheck ? { ConditionCheck: named(ConditionCheck) } : {}),
    };
  }
}

function isPassing(error: unknown): boolean {
  if (!(error instanceof TransactionCanceledException)) return isPassingFault(error);
  return (error.CancellationReasons ?? []).some(({ Code }) =>
    ['TransactionConflict', 'ThrottlingError', 'ProvisionedThroughputExceeded'].includes(Code ?? ''),
  );
}

/** True if it was (also) this item of the transaction whose condition no longer held. */
export function isStaleAt(index: number, error: unknown): boolean {
  if (!(error instanceof StaleDecisionError && error.cause instanceof TransactionCanceledException)) return false;
  return error.cause.CancellationReasons?.[index]?.Code === 'ConditionalCheckFailed';
}
