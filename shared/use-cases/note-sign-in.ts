import { findOtherSignIn, isNewSignIn, type SignIns } from '../domain/sign-in.ts';
import { storeSignIn } from '../repositories/sign-ins.ts';
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
    await storeSignIn(tables, reference, seen, signedInAt).catch((error: unknown) =>
      log.error('sign-in not noted', error),
    );
  }
  return findOtherSignIn(seen, signedInAt);
}
