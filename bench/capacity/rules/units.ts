import { isDeepStrictEqual } from 'node:util';
import type { Item } from '../../../test/world/attribute-values.ts';
import type { IndexDefinition } from '../../../test/world/memory-table.ts';
import { itemSize } from './item-size.ts';

const READ_BYTES = 4096;
const WRITE_BYTES = 1024;

/** Read units of one item, or of all that one query reads: each started 4 KB; a missing item costs one. */
export function readUnits(bytes: number, { consistent }: { consistent: boolean }): number {
  return Math.max(1, Math.ceil(bytes / READ_BYTES)) * (consistent ? 1 : 0.5);
}

/** Write units of one item: each started 1 KB of the larger of what it was and what it is; a transaction writes twice. */
export function writeUnits(bytes: number, { transactional }: { transactional: boolean }): number {
  return Math.max(1, Math.ceil(bytes / WRITE_BYTES)) * (transactional ? 2 : 1);
}

/**
 * Units of each index write that follows from a write of the table. An unchanged entry has none, a new or removed one
 * has one, and a changed key has two. Indexes follow outside of the transaction, at the single rate.
 */
export function indexWrites(index: IndexDefinition, before: Item | undefined, after: Item | undefined): number[] {
  const [was, is] = [indexEntry(index, before), indexEntry(index, after)];
  if (isDeepStrictEqual(was, is)) return [];
  return [was, is].flatMap((entry) => (entry ? [writeUnits(itemSize(entry), { transactional: false })] : []));
}

/** An item's entry in an index, its keys alone; undefined where the item is not in it. */
export function indexEntry({ partition, sort }: IndexDefinition, item: Item | undefined): Item | undefined {
  if (item?.[partition] === undefined || item[sort] === undefined) return undefined;
  const names = new Set(['pk', 'sk', partition, sort]);
  return Object.fromEntries(Object.entries(item).filter(([name]) => names.has(name)));
}
