import type { SignIns } from '../domain/sign-in.ts';
import type { ItemReference } from './stored-item.ts';
import type { Tables } from './tables.ts';

/** Stores a newer sign-in before the one that was read. If another call was first, it stored this one or a newer one. */
export async function storeSignIn(
  tables: Tables,
  reference: ItemReference<SignIns>,
  seen: SignIns | undefined,
  at: Date,
): Promise<void> {
  await tables.writeOne(reference, {
    UpdateExpression: seen ? 'SET latest = :at, previous = :seen' : 'SET latest = :at',
    ConditionExpression: seen ? 'latest = :seen' : 'attribute_not_exists(pk)',
    ExpressionAttributeValues: { ':at': at.toISOString(), ...(seen ? { ':seen': seen.latest } : {}) },
  });
}
