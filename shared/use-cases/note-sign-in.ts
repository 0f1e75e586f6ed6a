import { findOtherSignIn, isNewSignIn, type SignIns } from '../domain/sign-in.ts';
import { storeSignIn } from '../repositories/sign-ins.ts';
import type { ItemReference } from '../repositories/stored-item.ts';
import { log } from '../telemetry/log.ts';
import type { Uses } from '../world.ts';

/**
 * Stores a sign-in that is newer than the one read, and returns the latest other one. It is for display alone: if it
 * cannot be stored, the log says so and the person gets their answer.
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
