import { isDeepStrictEqual } from 'node:util';
import {
  type BatchGetCommandInput,
  GetCommand,
  QueryCommand,
  type QueryCommandInput,
  TransactWriteCommand,
  type TransactWriteCommandInput,
} from '@aws-sdk/lib-dynamodb';
import { unmarshall } from '@aws-sdk/util-dynamodb';
import type { RecordedCall } from '../../test/cloud/support/recorded-while.ts';
import type { Item } from '../../test/world/attribute-values.ts';
import type { TableDefinition } from '../../test/world/memory-table.ts';
import { MemoryTables } from '../../test/world/memory-tables.ts';
import type { Usage } from './data.ts';
import { readUnits, storedSize, writeUnits } from './units.ts';

/** A request of any operation, or an answer, with its items as the document client has them. */
type Native = BatchGetCommandInput & QueryCommandInput & TransactWriteCommandInput & { readonly ScannedCount?: number };

/** The place of a write or check. */
interface OneItem {
  readonly TableName: string | undefined;
  readonly Key?: Record<string, unknown> | undefined;
  readonly Item?: Record<string, unknown> | undefined;
}

/** Reads every item of a table. */
type ReadTable = (table: string) => Promise<Item[]>;

/**
 * Follows the tables call by call, for what a write costs depends on what was there before: the tables in memory of the
 * unit tests take each write again. Whether they followed rightly is seen at the end, when they must equal the tables.
 */
export class TableMirror {
  private readonly memory: MemoryTables;
  private readonly definitions: readonly TableDefinition[];

  constructor(definitions: readonly TableDefinition[]) {
    this.definitions = definitions;
    this.memory = new MemoryTables(definitions);
  }

  /** Takes the items that each table has now. */
  async load(read: ReadTable): Promise<void> {
    for (const { name } of this.definitions) this.memory.seed(name, await read(name));
  }

  /** Fails where a table is not what its followed writes made of it: then no unit could be trusted. */
  async assertFollowed(read: ReadTable): Promise<void> {
    for (const { name } of this.definitions) {
      const [there, followed] = [await read(name), this.memory.items(name)].map(
        (items) => new Map(items.map((item) => [`${item.pk} ${item.sk}`, item])),
      );
      const keys = new Set([...(there?.keys() ?? []), ...(followed?.keys() ?? [])]);
      const differing = [...keys].filter((key) => !isDeepStrictEqual(there?.get(key), followed?.get(key)));
      if (differing.length > 0) throw new Error(`${name} was not followed: ${differing.join(', ')}`);
    }
  }

  /** Bytes that each item takes, with the entries of its table's indexes. */
  storedSizes(): { readonly table: string; readonly item: Item; readonly bytes: number }[] {
    return this.definitions.flatMap(({ name, indexes }) =>
      this.memory.items(name).map((item) => ({ table: name, item, bytes: storedSize(item, indexes) })),
    );
  }

  /**
   * Returns the units that a call consumed, and applies a write to the copy.
   *
   * @throws Error where the call is none that the product makes, or not as its protocol says.
   */
  async apply(call: Omit<RecordedCall, 'service'>): Promise<Usage> {
    const input = readNative(call.request);
    const kind = /^(Put|Update|Delete)Item$/.exec(call.operation)?.[1];
    if (kind) return { 'write units': await this.write([{ [kind]: input }], call.status, false) };
    switch (call.operation) {
      case 'TransactWriteItems':
        return { 'write units': await this.write(input.TransactItems ?? [], call.status, true) };
      case 'BatchGetItem':
        return { 'read units': await this.batchGet(input.RequestItems ?? {}) };
      case 'Query':
        return { 'read units': await this.query(input, readNative(call.answer).ScannedCount) };
      default:
        throw new Error(`An operation that this measurement does not know: ${call.operation}`);
    }
  }

  /** A refused write consumes what it would have, and changes nothing; a check consumes what a write does. */
  private async write(
    items: NonNullable<Native['TransactItems']>,
    status: number | undefined,
    transactional: boolean,
  ): Promise<number> {
    const targets = items.flatMap((item): OneItem[] => Object.values(item).filter((one) => one !== undefined));
    const find = () => Promise.all(targets.map(({ TableName, Key, Item }) => this.find(TableName, Key ?? Item)));
    const before = await find();
    if (status === 200) await this.memory.client().send(new TransactWriteCommand({ TransactItems: items }));
    const after = await find();
    const units = targets.map(({ TableName }, index) => {
      const indexes = this.definitions.find(({ name }) => name === TableName)?.indexes ?? [];
      return writeUnits(before[index], after[index], { transactional, indexes });
    });
    return add(units);
  }

  private async batchGet(asked: NonNullable<BatchGetCommandInput['RequestItems']>): Promise<number> {
    const reads = Object.entries(asked).flatMap(([table, { Keys = [], ConsistentRead: consistent = false }]) =>
      Keys.map(async (key) => {
        const item = await this.find(table, key);
        return readUnits(item ? [item] : [], { consistent });
      }),
    );
    return add(await Promise.all(reads));
  }

  /** A filter leaves out items that were read all the same: the query is made again without it. */
  private async query({ FilterExpression: _left, ...whole }: Native, scanned: number | undefined): Promise<number> {
    const keyed = (all: Record<string, unknown> = {}) =>
      Object.fromEntries(Object.entries(all).filter(([name]) => whole.KeyConditionExpression?.includes(name)));
    const { Items = [] } = await this.memory.client().send(
      new QueryCommand({
        ...whole,
        ExpressionAttributeNames: keyed(whole.ExpressionAttributeNames) as Record<string, string>,
        ExpressionAttributeValues: keyed(whole.ExpressionAttributeValues),
      }),
    );
    if (Items.length !== scanned) throw new Error(`A query read ${scanned} items, and ${Items.length} were followed`);
    return readUnits(Items, { consistent: whole.ConsistentRead === true });
  }

  private async find(
    TableName: string | undefined,
    { pk, sk }: Record<string, unknown> = {},
  ): Promise<Item | undefined> {
    return (await this.memory.client().send(new GetCommand({ TableName, Key: { pk, sk } }))).Item;
  }
}

const add = (units: readonly number[]) => units.reduce((sum, each) => sum + each, 0);

/** Reads a call as its JSON protocol writes it. */
function readNative(call: unknown): Native {
  return JSON.parse(JSON.stringify(call ?? {}), (name, value) => {
    if (['Item', 'Key', 'ExpressionAttributeValues', 'ExclusiveStartKey'].includes(name)) return unmarshall(value);
    return name === 'Keys' ? value.map((key: Parameters<typeof unmarshall>[0]) => unmarshall(key)) : value;
  });
}
