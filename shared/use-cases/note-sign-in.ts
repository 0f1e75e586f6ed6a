import { findOtherSignIn, isNewSignIn, type SignIns } from '../domain/sign-in.ts';
import type { ItemReference } from '../repositories/stored-item.ts';
import { log } from '../telemetry/log.ts';
import type { Uses } from '../world.ts';

/**
 * Notes a sign-in that is newer than what was read, and gives the latest other one. The note is for display alone: where
 * it cannot be written, the person is answered all the same, and the log tells.
 */
export async function noteSignIn(
  { tables }: Uses<'tables'>,
  reference: ItemReference<SignIns>,
  seen: SignIns | undefined,
  signedInAt: Date | undefined,
): Promise<string | null> {
  if (!signedInAt) return null;
  if (isNewSignIn(seen, signedInAt)) {
    try {
      // Where another call was first, it noted this sign-in or a newer one.
      await tables.writeOne(reference, {
        UpdateExpression: seen ? 'SET latest = :at, previous = :seen' : 'SET latest = :at',
        ConditionExpression: seen ? 'latest = :seen' : 'attribute_not_exists(pk)',
        ExpressionAttributeValues: { ':at': signedInAt.toISOString(), ...(seen ? { ':seen': seen.latest } : {}) },
      });
    } catch (error) {
      log.error('sign-in not noted', error);
    }
  }
  return findOtherSignIn(seen, signedInAt);
}
