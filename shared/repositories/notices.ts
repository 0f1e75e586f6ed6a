import { ConditionalCheckFailedException } from '@aws-sdk/client-dynamodb';
import { PutCommand } from '@aws-sdk/lib-dynamodb';
import type { Notices } from './items.ts';
import { type Key, TABLE, table } from './table.ts';

/**
 * Stores what became of an event's notices, unless that of the same or of a later event is there: an event that is
 * delivered again was seen to.
 */
export async function storeNotices(key: Key, notices: Notices, ttl?: number): Promise<void> {
  try {
    await table.send(
      new PutCommand({
        TableName: TABLE,
        Item: { ...notices, ...key, ...(ttl === undefined ? {} : { ttl }) },
        ConditionExpression: 'attribute_not_exists(pk) OR seq < :seq',
        ExpressionAttributeValues: { ':seq': notices.seq },
      }),
    );
  } catch (error) {
    if (!(error instanceof ConditionalCheckFailedException)) throw error;
  }
}
