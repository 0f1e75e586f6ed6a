import { isOpen } from '../domain/change.ts';
import { RECONCILE_AFTER_MS } from '../domain/transitions.ts';
import { measure } from '../metrics.ts';
import { readChange } from '../repositories/items.ts';
import { OPEN_SHARDS, openPartition } from '../repositories/keys.ts';
import { getAll, type Key, queryPages } from '../repositories/table.ts';

/** Changes of one row that are read at a time, once its first is not open any more. */
const NEXT = 25;

/**
 * Emits how many changes the index of open changes has, and how old the oldest open one is: what the alarm on stuck
 * holds watches.
 */
export async function measureHolds(now: Date): Promise<void> {
  const shards = await Promise.all(Array.from({ length: OPEN_SHARDS }, (_, shard) => entriesOf(shard)));
  measure(
    'HoldsOpen',
    shards.reduce((sum, { length }) => sum + length, 0),
  );
  const created = await firstOpen(shards.flatMap((entries) => rowsOf(entries, now)));
  measure('OldestOpenHoldAge', Math.max(0, ...created.map((at) => (now.getTime() - Date.parse(at)) / 1000)));
}

interface Entry extends Key {
  /** When the reconciler looks at the change next. */
  readonly dueAt: string;
}

/**
 * A shard is sorted by when its changes are due, which is no order of age; in two of its parts the first open change is
 * the oldest, or as good: what is overdue, which is stuck, and what was seen to and is due when its time ends. What
 * lies between is younger than either.
 */
function rowsOf(entries: readonly Entry[], now: Date): Entry[][] {
  const present = now.toISOString();
  const youngest = new Date(now.getTime() + RECONCILE_AFTER_MS).toISOString();
  const partOf = ({ dueAt }: Entry) =>
    dueAt <= present ? 'OVERDUE' : dueAt <= youngest ? 'JUST_REQUESTED' : 'SEEN_TO';
  return [...Map.groupBy(entries, partOf).values()];
}

/** When the first open change of each row was requested; closed ones stay in the index until their execution has ended. */
async function firstOpen(rows: readonly (readonly Entry[])[]): Promise<string[]> {
  const found: string[] = [];
  let left = rows;
  for (let [from, size] = [0, 1]; left.length > 0; [from, size] = [from + size, NEXT]) {
    const batches = left.map((row) => row.slice(from, from + size));
    const items = (await getAll(batches.flat())).values();
    const open = batches.map((batch) =>
      batch.flatMap(() => readChange(items.next().value) ?? []).find(({ status }) => isOpen(status)),
    );
    found.push(...open.flatMap((change) => change?.createdAt ?? []));
    left = left.filter((row, index) => !open[index] && row.length > from + size);
  }
  return found;
}

async function entriesOf(shard: number): Promise<Entry[]> {
  const entries: Entry[] = [];
  const pages = queryPages({
    IndexName: 'open',
    KeyConditionExpression: 'openPk = :shard',
    ExpressionAttributeValues: { ':shard': openPartition(shard) },
  });
  for await (const items of pages) {
    for (const { pk, sk, openSk } of items) {
      entries.push({ pk: String(pk), sk: String(sk), dueAt: String(openSk).split('#', 1)[0] ?? '' });
    }
  }
  return entries;
}
