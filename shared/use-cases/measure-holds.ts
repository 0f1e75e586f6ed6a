import { isOpen } from '../domain/change.ts';
import { RECONCILE_AFTER_MS } from '../domain/transitions.ts';
import { changes, OPEN_SHARDS } from '../repositories/items.ts';
import { type OpenEntry, openPages } from '../repositories/open-changes.ts';
import { measure } from '../telemetry/metrics.ts';
import type { Uses } from '../world.ts';

/** Changes of one row that are read at a time, once its first is not open any more. */
const NEXT = 25;

/**
 * Emits how many changes the index of open changes has, and how old the oldest open one is: what the alarm on stuck
 * holds watches.
 */
export async function measureHolds(world: Uses<'tables' | 'clock'>): Promise<void> {
  const now = world.clock.now();
  const shards = await Promise.all(Array.from({ length: OPEN_SHARDS }, (_, shard) => readShard(world, shard)));
  measure(
    'HoldsOpen',
    shards.reduce((sum, { length }) => sum + length, 0),
  );
  const rows = shards.flatMap((entries) => rowsByDue(entries, now));
  const created = await firstOpen(world, rows);
  measure('OldestOpenHoldAge', Math.max(0, ...created.map((at) => (now.getTime() - Date.parse(at)) / 1000)));
}

/**
 * Splits a shard, which is sorted by when its changes are due, and not by age. In two parts the first open change is
 * the oldest, or nearly: those that are overdue, and those that were prompted and are due when their time ends. The
 * changes between are younger than either.
 */
function rowsByDue(entries: readonly OpenEntry[], now: Date): OpenEntry[][] {
  const present = now.toISOString();
  const youngest = new Date(now.getTime() + RECONCILE_AFTER_MS).toISOString();
  const part = ({ dueAt }: OpenEntry) =>
    dueAt <= present ? 'OVERDUE' : dueAt <= youngest ? 'JUST_REQUESTED' : 'SEEN_TO';
  return [...Map.groupBy(entries, part).values()];
}

/** When the first open change of each row was requested; closed ones stay in the index until their execution has ended. */
async function firstOpen({ tables }: Uses<'tables'>, rows: readonly (readonly OpenEntry[])[]): Promise<string[]> {
  const created: string[] = [];
  let left = rows;
  for (let [from, size] = [0, 1]; left.length > 0; [from, size] = [from + size, NEXT]) {
    const batches = left.map((row) => row.slice(from, from + size));
    const { found } = await tables.read({
      found: batches.flat().map(({ companyId, changeId }) => changes.at(companyId, changeId)),
    });
    const next = found.values();
    const open = batches.map((batch) =>
      batch.flatMap(() => next.next().value ?? []).find(({ status }) => isOpen(status)),
    );
    created.push(...open.flatMap((change) => change?.createdAt ?? []));
    left = left.filter((row, index) => !open[index] && row.length > from + size);
  }
  return created;
}

async function readShard({ tables }: Uses<'tables'>, shard: number): Promise<OpenEntry[]> {
  return (await Array.fromAsync(openPages(tables, shard))).flat();
}
