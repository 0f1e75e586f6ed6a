import { ConditionalCheckFailedException } from '@aws-sdk/client-dynamodb';
import { UpdateCommand } from '@aws-sdk/lib-dynamodb';
import { unmarshall } from '@aws-sdk/util-dynamodb';
import { type Limit, takeFrom } from '../domain/sliding-window.ts';
import { type Item, type Key, TABLE, table } from './table.ts';

/**
 * Takes a place in the sliding window kept in an item's list attribute, one call where there is room.
 *
 * @returns the item as it then is, or undefined where the window is full or the item is not as `only` demands.
 */
export async function takePlace(
  key: Key,
  attribute: string,
  limit: Limit,
  now: Date,
  { create }: { create: boolean },
): Promise<Item | undefined> {
  let seen: unknown;
  for (let attempt = 0; attempt < 4; attempt++) {
    const times = Array.isArray(seen) ? seen.filter((time) => typeof time === 'number') : [];
    const taken = takeFrom(times, limit, now.getTime());
    if (!taken.taken) return undefined;
    try {
      const { Attributes } = await table.send(
        new UpdateCommand({
          TableName: TABLE,
          Key: key,
          UpdateExpression: 'SET #times = :times',
          ConditionExpression: `${create ? '' : 'attribute_exists(pk) AND '}${seen === undefined ? 'attribute_not_exists(#times)' : '#times = :seen'}`,
          ExpressionAttributeNames: { '#times': attribute },
          ExpressionAttributeValues: { ':times': taken.times, ...(seen === undefined ? {} : { ':seen': seen }) },
          ReturnValues: 'ALL_NEW',
          ReturnValuesOnConditionCheckFailure: 'ALL_OLD',
        }),
      );
      return Attributes;
    } catch (error) {
      if (!(error instanceof ConditionalCheckFailedException)) throw error;
      if (!error.Item) return undefined;
      seen = unmarshall(error.Item)[attribute];
    }
  }
  return undefined;
}
