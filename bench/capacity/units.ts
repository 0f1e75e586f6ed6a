import { isDeepStrictEqual } from 'node:util';
import { attributeType, type Item, isList, isMap, type Value } from '../../test/world/attribute-values.ts';
import type { IndexDefinition } from '../../test/world/memory-table.ts';

const READ_BYTES = 4096;
const WRITE_BYTES = 1024;
const LIST_BYTES = 3;
const MEMBER_BYTES = 1;

/**
 * Bytes of an item as DynamoDB counts them: the UTF-8 of each name, and its value (developer guide, "DynamoDB item
 * sizes and formats"). Numbers are approximate there too: one byte for each two significant digits, and one.
 */
export function itemSize(item: Item): number {
  return Object.entries(item).reduce((sum, [name, value]) => sum + Buffer.byteLength(name) + valueSize(value), 0);
}

function valueSize(value: Value): number {
  if (typeof value === 'string') return Buffer.byteLength(value);
  if (typeof value === 'number') return Math.ceil(String(value).replace(/^-?0*|[^\d]|e.*$/gi, '').length / 2) + 1;
  if (typeof value === 'boolean' || value === null) return 1;
  if (isList(value)) return value.reduce<number>((sum, each) => sum + MEMBER_BYTES + valueSize(each), LIST_BYTES);
  if (isMap(value)) return LIST_BYTES + MEMBER_BYTES * Object.keys(value).length + itemSize(value);
  throw new Error(`No size is known for an attribute of type ${attributeType(value)}`);
}

/** Read units of one item, or of all that one query reads: each started 4 KB; a missing item costs one. */
export function readUnits(items: readonly Item[], { consistent }: { readonly consistent: boolean }): number {
  const bytes = items.reduce((sum, item) => sum + itemSize(item), 0);
  return Math.max(1, Math.ceil(bytes / READ_BYTES)) * (consistent ? 1 : 0.5);
}

/**
 * Write units of a write that makes one item of another, either of which may be missing: each started 1 KB of the
 * larger one, twice in a transaction. Indexes follow outside of the transaction, at the single rate: an entry that
 * changes is a deletion and a write.
 */
export function writeUnits(
  before: Item | undefined,
  after: Item | undefined,
  { transactional, indexes = [] }: { readonly transactional: boolean; readonly indexes?: readonly IndexDefinition[] },
): number {
  const bytes = Math.max(before ? itemSize(before) : 0, after ? itemSize(after) : 0);
  const own = Math.max(1, Math.ceil(bytes / WRITE_BYTES)) * (transactional ? 2 : 1);
  const entries = indexes.flatMap((index) => {
    const [was, is] = [findEntry(index, before), findEntry(index, after)];
    return isDeepStrictEqual(was, is) ? [] : [was, is].filter((entry) => entry !== undefined);
  });
  return entries.reduce((sum, entry) => sum + writeUnits(undefined, entry, { transactional: false }), own);
}

/** DynamoDB bills, of each item and of each entry of an index, a hundred bytes beside what it holds. */
const STORED_BYTES = 100;

/** Bytes that an item takes in its table and in the indexes, as storage is billed. */
export function storedSize(item: Item, indexes: readonly IndexDefinition[] = []): number {
  const entries = indexes.map((index) => findEntry(index, item)).filter((entry) => entry !== undefined);
  return [item, ...entries].reduce((sum, each) => sum + itemSize(each) + STORED_BYTES, 0);
}

/** An item's entry in an index, its keys alone; undefined where the item is not in it. */
function findEntry({ partition, sort }: IndexDefinition, item: Item | undefined): Item | undefined {
  if (item?.[partition] === undefined || item[sort] === undefined) return undefined;
  const names = new Set(['pk', 'sk', partition, sort]);
  return Object.fromEntries(Object.entries(item).filter(([name]) => names.has(name)));
}
