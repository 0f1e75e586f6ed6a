import * as z from 'zod/mini';

/** The two fronts that a person signs in to, each with a client of its own. */
export type Front = 'WEB' | 'PHONE';

/** A person's latest sign-ins to one front, as far as the service has seen them. */
export const signInsSchema = z.object({ latest: z.iso.datetime(), previous: z.optional(z.iso.datetime()) });
export type SignIns = z.infer<typeof signInsSchema>;

/** Gives the latest sign-in other than this one: an older session learns of the newer. */
export function findOtherSignIn(seen: SignIns | undefined, signedInAt: Date): string | null {
  if (!seen) return null;
  return (seen.latest === signedInAt.toISOString() ? seen.previous : seen.latest) ?? null;
}

/** True if this sign-in is newer than any that was noted. */
export function isNewSignIn(seen: SignIns | undefined, signedInAt: Date): boolean {
  return seen === undefined || seen.latest < signedInAt.toISOString();
}
