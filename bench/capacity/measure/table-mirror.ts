import { isDeepStrictEqual } from 'node:util';
import {
  type BatchGetCommandInput,
  DeleteCommand,
  GetCommand,
  PutCommand,
  type PutCommandInput,
  QueryCommand,
  type QueryCommandInput,
  TransactWriteCommand,
  type TransactWriteCommandInput,
  UpdateCommand,
  type UpdateCommandInput,
} from '@aws-sdk/lib-dynamodb';
import { unmarshall } from '@aws-sdk/util-dynamodb';
import type { Item } from '../../../test/world/attribute-values.ts';
import type { IndexDefinition } from '../../../test/world/memory-table.ts';
import { MemoryTables } from '../../../test/world/memory-tables.ts';
import { itemSize } from '../rules/item-size.ts';
import { indexWrites, readUnits, writeUnits } from '../rules/units.ts';

/** Units that a call consumes of tables and their indexes. */
export interface Units {
  readonly reads: number;
  readonly writes: number;
}

/** A table as it is followed: the name it has in calls, what this measurement calls it, and its indexes. */
export interface FollowedTable {
  readonly tableName: string;
  readonly label: 'main' | 'record' | 'seeds' | 'sign-ins';
  readonly indexes: readonly IndexDefinition[];
}

/** A DynamoDB call as the relay recorded it. */
export interface TableCall {
  readonly operation: string;
  readonly status?: number | undefined;
  readonly request?: unknown;
  readonly answer?: unknown;
}

/** A request or an answer of any operation, with its items as the document client has them. */
type Native = BatchGetCommandInput &
  PutCommandInput &
  QueryCommandInput &
  TransactWriteCommandInput &
  UpdateCommandInput & { readonly ScannedCount?: number };

/** A read or write of one item. */
type OneItem = Partial<Pick<Native, 'TableName' | 'Key' | 'Item' | 'ConsistentRead'>>;

/**
 * Follows the tables call by call, for what a write costs depends on what was there before: the tables in memory of the
 * unit tests take each write again. Whether they followed rightly is seen at the end, when they must equal the tables.
 */
export class TableMirror {
  private readonly tables: ReadonlyMap<string, FollowedTable>;
  private readonly memory: MemoryTables;

  constructor(tables: readonly FollowedTable[]) {
    this.tables = new Map(tables.map((table) => [table.tableName, table]));
    const key = { partition: 'pk', sort: 'sk' };
    this.memory = new MemoryTables(tables.map(({ tableName, indexes }) => ({ name: tableName, key, indexes })));
  }

  /** Takes items that a table has now. */
  load(tableName: string, items: readonly Item[]): void {
    this.memory.seed(tableName, items);
  }

  /** Names of the keys whose items are not what the table has. */
  differences(tableName: string, items: readonly Item[]): string[] {
    const [there, followed] = [items, this.memory.items(tableName)].map(
      (all) => new Map(all.map((item) => [`${item.pk} ${item.sk}`, item])),
    );
    const ids = new Set([...(there?.keys() ?? []), ...(followed?.keys() ?? [])]);
    return [...ids].filter((id) => !isDeepStrictEqual(there?.get(id), followed?.get(id)));
  }

  /**
   * Returns the units that a call consumed, and applies a write to the copy.
   *
   * @throws Error where the call is none that the product makes, or not as its protocol says.
   */
  async apply({ operation, status, request, answer }: TableCall): Promise<Units> {
    const input = readNative(request);
    const write = async (items: readonly OneItem[], send: () => Promise<unknown>, transactional = false) => {
      const before = await this.findAll(items);
      // A refused write consumes the same of the table, and changes nothing.
      if (status === 200) await send();
      const after = await this.findAll(items);
      const writes = items.map(({ TableName }, at) => this.weighWrite(TableName, before[at], after[at], transactional));
      return { reads: 0, writes: add(writes) };
    };
    const client = this.memory.client();
    switch (operation) {
      case 'BatchGetItem': {
        const asked = Object.entries(input.RequestItems ?? {}).flatMap(([TableName, { Keys = [], ConsistentRead }]) =>
          Keys.map((Key) => ({ TableName, Key, ConsistentRead })),
        );
        return { reads: add(await Promise.all(asked.map((item) => this.weighRead(item)))), writes: 0 };
      }
      case 'GetItem':
        return { reads: await this.weighRead(input), writes: 0 };
      case 'Query':
        return { reads: await this.query(input, readNative(answer).ScannedCount), writes: 0 };
      case 'PutItem':
        return write([input], () => client.send(new PutCommand(input)));
      case 'UpdateItem':
        return write([input], () => client.send(new UpdateCommand(input)));
      case 'DeleteItem':
        return write([input], () => client.send(new DeleteCommand(input)));
      case 'TransactWriteItems': {
        if (status !== 200) throw new Error('A transaction was refused: nothing else may run beside a measurement');
        const items = (input.TransactItems ?? []).flatMap((item) =>
          Object.values(item).filter((one) => one !== undefined),
        );
        return write(items, () => client.send(new TransactWriteCommand(input)), true);
      }
      default:
        throw new Error(`An operation this measurement does not know: ${operation}`);
    }
  }

  /** A write of the table and of its indexes. A check is charged as a write of the item, though it writes nothing. */
  private weighWrite(
    name: string | undefined,
    before: Item | undefined,
    after: Item | undefined,
    transactional: boolean,
  ): number {
    const bytes = Math.max(before ? itemSize(before) : 0, after ? itemSize(after) : 0);
    const { indexes } = this.followedTable(name);
    return writeUnits(bytes, { transactional }) + add(indexes.flatMap((index) => indexWrites(index, before, after)));
  }

  private async weighRead(asked: OneItem): Promise<number> {
    this.followedTable(asked.TableName);
    const [item] = await this.findAll([asked]);
    return readUnits(item ? itemSize(item) : 0, { consistent: asked.ConsistentRead === true });
  }

  /** A filter leaves out items that were read all the same: the query is made again without it. */
  private async query(input: Native, scanned: number | undefined): Promise<number> {
    const { FilterExpression: _left, ...whole } = input;
    const { ExpressionAttributeNames: names, ExpressionAttributeValues: values } = whole;
    const keyed = <T>(all: Record<string, T> = {}) =>
      Object.fromEntries(Object.entries(all).filter(([name]) => input.KeyConditionExpression?.includes(name)));
    const bound = {
      ...(names ? { ExpressionAttributeNames: keyed(names) } : {}),
      ...(values ? { ExpressionAttributeValues: keyed(values) } : {}),
    };
    const { Items = [] } = await this.memory.client().send(new QueryCommand({ ...whole, ...bound }));
    if (Items.length !== scanned) throw new Error(`A query read ${scanned} items, and ${Items.length} were followed`);
    const bytes = Items.reduce((sum, item) => sum + itemSize(item), 0);
    return readUnits(bytes, { consistent: input.ConsistentRead === true });
  }

  private findAll(asked: readonly OneItem[]): Promise<(Item | undefined)[]> {
    return Promise.all(
      asked.map(async ({ TableName, Key, Item }) => {
        const { pk, sk } = Key ?? Item ?? {};
        const found = await this.memory.client().send(new GetCommand({ TableName, Key: { pk, sk } }));
        return found.Item;
      }),
    );
  }

  private followedTable(name: string | undefined): FollowedTable {
    const table = this.tables.get(name ?? '');
    if (!table) throw new Error(`A table this measurement does not follow: ${name}`);
    return table;
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
