import type { Notices } from './items.ts';
import type { ItemReference } from './stored-item.ts';
import type { Tables } from './tables.ts';

/**
 * Stores what became of an event's notices, unless that of the same or of a later event is there: an event that is
 * delivered again was seen to.
 */
export async function storeNotices(
  tables: Tables,
  reference: ItemReference<Notices>,
  { seq, push, email }: Notices,
  ttl?: number,
): Promise<void> {
  await tables.writeOne(reference, {
    UpdateExpression: `SET seq = :seq, push = :push, email = :email${ttl === undefined ? '' : ', #ttl = :ttl'}`,
    ConditionExpression: 'attribute_not_exists(pk) OR seq < :seq',
    ...(ttl === undefined ? {} : { ExpressionAttributeNames: { '#ttl': 'ttl' } }),
    ExpressionAttributeValues: {
      ':seq': seq,
      ':push': push,
      ':email': email,
      ...(ttl === undefined ? {} : { ':ttl': ttl }),
    },
  });
}
