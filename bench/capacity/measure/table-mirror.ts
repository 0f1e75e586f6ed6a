import { isDeepStrictEqual } from 'node:util';
import { itemSize, type WireItem } from '../rules/item-size.ts';
import { indexWrites, type KeysOnlyIndex, readUnits, writeUnits } from '../rules/units.ts';
import { updated } from './update-expression.ts';
import {
  batchGetSchema,
  deleteSchema,
  getSchema,
  putSchema,
  type Query,
  type QueryAnswer,
  queryAnswerSchema,
  querySchema,
  type TransactionItem,
  transactionSchema,
  updateSchema,
} from './wire-calls.ts';

/** Units that a call consumes of a table or of one of its indexes. */
export interface Touch {
  /** A table's label, or an index of the main table as `main/list`. */
  readonly target: string;
  readonly read: number;
  readonly write: number;
}

/** A table as it is followed: the name it has in calls, what this measurement calls it, and its indexes. */
export interface FollowedTable {
  readonly tableName: string;
  readonly label: 'main' | 'record' | 'seeds' | 'sign-ins';
  readonly indexes: readonly KeysOnlyIndex[];
}

/** A DynamoDB call as the relay recorded it. */
export interface TableCall {
  readonly operation: string;
  readonly status?: number | undefined;
  readonly request?: unknown;
  readonly answer?: unknown;
}

/**
 * Follows the tables call by call, for what a write costs depends on what was there before. Whether it followed them
 * rightly is seen at the end, when it must equal the tables.
 */
export class TableMirror {
  private readonly tables: ReadonlyMap<string, FollowedTable>;
  private readonly items = new Map<string, Map<string, WireItem>>();

  constructor(tables: readonly FollowedTable[]) {
    this.tables = new Map(tables.map((table) => [table.tableName, table]));
    for (const { tableName } of tables) this.items.set(tableName, new Map());
  }

  /** Takes a table's items as they are now. */
  load(tableName: string, items: readonly WireItem[]): void {
    const kept = this.keptItems(tableName);
    kept.clear();
    for (const item of items) kept.set(buildId(item), item);
  }

  /** Names of the keys whose items are not what the table has. */
  differences(tableName: string, items: readonly WireItem[]): string[] {
    const kept = this.keptItems(tableName);
    const differing = items.filter((item) => !isDeepStrictEqual(kept.get(buildId(item)), item)).map(buildId);
    const there = new Set(items.map(buildId));
    return [...differing, ...[...kept.keys()].filter((id) => !there.has(id))];
  }

  /**
   * Returns the units that a call consumed, and applies a write to the copy.
   *
   * @throws Error where the call is none that the product makes, or not as its protocol says.
   */
  apply({ operation, status, request, answer }: TableCall): Touch[] {
    const refused = status !== 200;
    switch (operation) {
      case 'BatchGetItem':
        return Object.entries(batchGetSchema.parse(request).RequestItems).flatMap(
          ([tableName, { Keys, ConsistentRead }]) => Keys.map((key) => this.touchRead(tableName, key, ConsistentRead)),
        );
      case 'GetItem': {
        const { TableName, Key, ConsistentRead } = getSchema.parse(request);
        return [this.touchRead(TableName, Key, ConsistentRead)];
      }
      case 'Query':
        return [this.query(querySchema.parse(request), queryAnswerSchema.parse(answer))];
      case 'PutItem':
        return this.touchWrite({ Put: putSchema.parse(request) }, refused, false);
      case 'UpdateItem':
        return this.touchWrite({ Update: updateSchema.parse(request) }, refused, false);
      case 'DeleteItem':
        return this.touchWrite({ Delete: deleteSchema.parse(request) }, refused, false);
      case 'TransactWriteItems':
        if (refused) throw new Error('A transaction was refused: nothing else may run beside a measurement');
        return transactionSchema.parse(request).TransactItems.flatMap((item) => this.touchWrite(item, false, true));
      default:
        throw new Error(`An operation this measurement does not know: ${operation}`);
    }
  }

  private touchWrite(item: TransactionItem, refused: boolean, transactional: boolean): Touch[] {
    const unless = (written: WireItem | undefined) => (refused ? 'REFUSED' : written);
    if ('Put' in item) return this.write(item.Put.TableName, item.Put.Item, unless(item.Put.Item), transactional);
    if ('Update' in item) {
      const { TableName, Key } = item.Update;
      const before = this.keptItems(TableName).get(buildId(Key));
      return this.write(TableName, Key, unless(updated(before, item.Update)), transactional);
    }
    if ('Delete' in item) return this.write(item.Delete.TableName, item.Delete.Key, unless(undefined), transactional);
    // A check is charged as a write of the item in a transaction, though it writes nothing.
    return this.write(item.ConditionCheck.TableName, item.ConditionCheck.Key, 'REFUSED', transactional);
  }

  /** A write of the table and of its indexes; one that is refused consumes the same of the table, and changes nothing. */
  private write(
    tableName: string,
    key: WireItem,
    written: WireItem | 'REFUSED' | undefined,
    transactional: boolean,
  ): Touch[] {
    const { label, indexes } = this.followedTable(tableName);
    const kept = this.keptItems(tableName);
    const id = buildId(key);
    const before = kept.get(id);
    const after = written === 'REFUSED' ? before : written;
    const bytes = Math.max(before ? itemSize(before) : 0, after ? itemSize(after) : 0);
    const own = { target: label, read: 0, write: writeUnits(bytes, { transactional }) };
    const followed = indexes.flatMap((index) =>
      indexWrites(index, before, after).map((write) => ({ target: `${label}/${index.name}`, read: 0, write })),
    );
    if (after) kept.set(id, after);
    else kept.delete(id);
    return [own, ...followed];
  }

  private touchRead(tableName: string, key: WireItem, consistent: boolean): Touch {
    const item = this.keptItems(tableName).get(buildId(key));
    const units = readUnits(item ? itemSize(item) : 0, consistent ? 'STRONG' : 'EVENTUAL');
    return { target: this.followedTable(tableName).label, read: units, write: 0 };
  }

  private query(request: Query, answer: QueryAnswer): Touch {
    const { TableName, IndexName, KeyConditionExpression, ExpressionAttributeValues: values, ConsistentRead } = request;
    const { label } = this.followedTable(TableName);
    const [, partitionName = '', sortName] =
      /= *(:\w+)(?: AND (?:begins_with\(\w+, *|\w+ *[<>=]+ *)(:\w+)\)?)?$/.exec(KeyConditionExpression) ?? [];
    const partition = String(values[partitionName]?.S);
    const sort = String(sortName ? values[sortName]?.S : '');
    // What a filter leaves out was read all the same, and is not in the answer.
    const read: readonly WireItem[] = request.FilterExpression
      ? [...this.keptItems(TableName).values()].filter(
          ({ pk, sk }) => pk?.S === partition && String(sk?.S).startsWith(sort),
        )
      : answer.Items;
    if (read.length < answer.ScannedCount) throw new Error(`A query read more than was followed: ${partition}`);
    const bytes = read.reduce((sum, item) => sum + itemSize(item), 0);
    const units = readUnits(bytes, ConsistentRead ? 'STRONG' : 'EVENTUAL');
    return { target: IndexName ? `${label}/${IndexName}` : label, read: units, write: 0 };
  }

  private followedTable(tableName: string): FollowedTable {
    const table = this.tables.get(tableName);
    if (!table) throw new Error(`A table this measurement does not follow: ${tableName}`);
    return table;
  }

  private keptItems(tableName: string): Map<string, WireItem> {
    const kept = this.items.get(tableName);
    if (!kept) throw new Error(`A table this measurement does not follow: ${tableName}`);
    return kept;
  }
}

const buildId = ({ pk, sk }: WireItem): string => `${pk?.S} ${sk?.S}`;
