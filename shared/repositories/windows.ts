import { ConditionalCheckFailedException } from '@aws-sdk/client-dynamodb';
import { UpdateCommand } from '@aws-sdk/lib-dynamodb';
import type { Limit } from '../domain/sliding-window.ts';
import { type Item, type Key, TABLE, table } from './table.ts';

/** What stands for a place that was never taken. */
const NEVER = 0;

/** The attributes that keep a window, of the newest time first. */
const attributesOf = (name: string, { limit }: Limit): string[] =>
  Array.from({ length: limit }, (_, index) => `${name}${index + 1}`);

/**
 * Takes a place in the sliding window kept in an item's attributes `name1` (the newest time, epoch milliseconds) to
 * `name<limit>`: each time moves on by one where the last has left the window, so that one write does without a read.
 *
 * @returns the item as it then is, or undefined where the window is full or, unless `create`, the item is not there.
 */
export async function takePlace(
  key: Key,
  name: string,
  limit: Limit,
  now: Date,
  { create }: { create: boolean },
): Promise<Item | undefined> {
  const attributes = attributesOf(name, limit);
  const moves = attributes.map((attribute, index) => {
    return index === 0 ? `${attribute} = :now` : `${attribute} = if_not_exists(${attributes[index - 1]}, :never)`;
  });
  const last = attributes.at(-1);
  try {
    const { Attributes } = await table.send(
      new UpdateCommand({
        TableName: TABLE,
        Key: key,
        UpdateExpression: `SET ${moves.join(', ')}`,
        ConditionExpression: `${create ? '' : 'attribute_exists(pk) AND '}(attribute_not_exists(${last}) OR ${last} <= :left)`,
        ExpressionAttributeValues: {
          ':now': now.getTime(),
          ':left': now.getTime() - limit.seconds * 1000,
          ...(limit.limit > 1 ? { ':never': NEVER } : {}),
        },
        ReturnValues: 'ALL_NEW',
      }),
    );
    return Attributes;
  } catch (error) {
    if (error instanceof ConditionalCheckFailedException) return undefined;
    throw error;
  }
}

/** The times in such a window, epoch milliseconds, the newest first. */
export function timesIn(item: Item | undefined, name: string, limit: Limit): number[] {
  return attributesOf(name, limit).flatMap((attribute) => {
    const time: unknown = item?.[attribute];
    return typeof time === 'number' && time !== NEVER ? [time] : [];
  });
}
