import * as z from 'zod/mini';
import type { HeldChange } from './change.ts';

/** How long "it wasn't me" keeps a requester from starting held changes, in milliseconds. */
const SUSPENSION_MS = 24 * 3_600_000;

/** A requester who may start no held change: of one token, or (no `onlyToken`) of any of the company's. */
export const suspensionSchema = z.object({
  companyId: z.string(),
  requesterId: z.string(),
  /** Set where the holder said so: their word counts for their own token. */
  onlyToken: z.nullable(z.string()),
  /** The change that was disowned, and its token, in whose record it stands. */
  changeId: z.string(),
  tokenId: z.string(),
  until: z.string(),
});
export type Suspension = z.infer<typeof suspensionSchema>;

/** The suspension that disowning this change brings upon its requester. */
export function suspensionFor(change: HeldChange, now: Date): Suspension {
  const { companyId, requestedBy, tokenId, changeId, authorization } = change;
  return {
    companyId,
    requesterId: requestedBy.userId,
    onlyToken: authorization.policy === 'HOLDER' ? tokenId : null,
    changeId,
    tokenId,
    until: new Date(now.getTime() + SUSPENSION_MS).toISOString(),
  };
}

/** Whether any of the suspensions is still in force. */
export function isSuspended(suspensions: readonly (Suspension | undefined)[], now: Date): boolean {
  return suspensions.some((suspension) => suspension && now.getTime() < Date.parse(suspension.until));
}
