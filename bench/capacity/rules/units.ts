import { isDeepStrictEqual } from 'node:util';
import { itemSize, type WireItem } from './item-size.ts';

export type Consistency = 'EVENTUAL' | 'STRONG' | 'TRANSACTIONAL';

const READ_BYTES = 4096;
const WRITE_BYTES = 1024;
const READ_FACTOR: Readonly<Record<Consistency, number>> = { EVENTUAL: 0.5, STRONG: 1, TRANSACTIONAL: 2 };

/** Read units of one item, or of all that one query reads: each started 4 KB; a missing item costs one. */
export function readUnits(bytes: number, consistency: Consistency): number {
  return Math.max(1, Math.ceil(bytes / READ_BYTES)) * READ_FACTOR[consistency];
}

/** Write units of one item: each started 1 KB of the larger of what it was and what it is; a transaction writes twice. */
export function writeUnits(bytes: number, { transactional }: { transactional: boolean }): number {
  return Math.max(1, Math.ceil(bytes / WRITE_BYTES)) * (transactional ? 2 : 1);
}

/** An index that has only keys: its own and the table's. */
export interface KeysOnlyIndex {
  readonly name: string;
  readonly partition: string;
  readonly sort: string;
}

/**
 * Units of each index write that follows from a write of the table. An unchanged entry has none, a new or removed one
 * has one, and a changed key has two. Indexes follow outside of the transaction, at the single rate.
 */
export function indexWrites(index: KeysOnlyIndex, before: WireItem | undefined, after: WireItem | undefined): number[] {
  const [was, is] = [indexEntry(index, before), indexEntry(index, after)];
  if (isDeepStrictEqual(was, is)) return [];
  return [was, is].flatMap((entry) => (entry ? [writeUnits(itemSize(entry), { transactional: false })] : []));
}

/** An item's entry in an index, its keys alone; undefined where the item is not in it. */
export function indexEntry({ partition, sort }: KeysOnlyIndex, item: WireItem | undefined): WireItem | undefined {
  if (item?.[partition]?.S === undefined || item[sort]?.S === undefined) return undefined;
  const names = new Set(['pk', 'sk', partition, sort]);
  return Object.fromEntries(Object.entries(item).filter(([name]) => names.has(name)));
}
