import { isOpen } from '../domain/change.ts';
import { measure } from '../metrics.ts';
import { readChange } from '../repositories/items.ts';
import { OPEN_SHARDS, openPartition } from '../repositories/keys.ts';
import { getAll, type Item, type Key, queryPage } from '../repositories/table.ts';

/**
 * Emits how many changes are open and how old the oldest is: what the alarm on stuck holds watches. Each shard of the
 * index is sorted by when its changes are due, so that the first of each is the one that has waited longest.
 */
export async function measureHolds(now: Date): Promise<void> {
  const shards = await Promise.all(Array.from({ length: OPEN_SHARDS }, (_, shard) => measureShard(shard)));
  const items = await getAll(shards.flatMap(({ first }) => first ?? []));
  const ages = items.flatMap((item) => {
    const change = readChange(item);
    return change && isOpen(change.status) ? [(now.getTime() - Date.parse(change.createdAt)) / 1000] : [];
  });
  measure(
    'HoldsOpen',
    shards.reduce((sum, { count }) => sum + count, 0),
  );
  measure('OldestOpenHoldAge', Math.max(0, ...ages));
}

async function measureShard(shard: number): Promise<{ count: number; first: Key | undefined }> {
  let count = 0;
  let first: Key | undefined;
  let start: Item | undefined;
  do {
    const { items, lastKey } = await queryPage({
      IndexName: 'open',
      KeyConditionExpression: 'openPk = :shard',
      ExpressionAttributeValues: { ':shard': openPartition(shard) },
      ...(start ? { ExclusiveStartKey: start } : {}),
    });
    const [item] = items;
    first ??= item && { pk: String(item.pk), sk: String(item.sk) };
    count += items.length;
    start = lastKey;
  } while (start);
  return { count, first };
}
