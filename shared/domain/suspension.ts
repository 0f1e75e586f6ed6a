import * as z from 'zod/mini';
import type { ClosingCause, HeldChange } from './change.ts';
import { asPerson, isAdministrator, type Person, personSchema, type User } from './user.ts';

/** Time for which "it wasn't me" keeps a requester from starting held changes, in milliseconds. */
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
  /** Who said so, and when. */
  disownedBy: z.optional(personSchema),
  since: z.optional(z.string()),
});
export type Suspension = z.infer<typeof suspensionSchema>;

/** The suspension that disowning this change brings upon its requester. */
export function suspensionFor(change: HeldChange, disownedBy: Person, now: Date): Suspension {
  const { companyId, requestedBy, tokenId, changeId, authorization } = change;
  return {
    companyId,
    requesterId: requestedBy.userId,
    onlyToken: authorization.policy === 'HOLDER' ? tokenId : null,
    changeId,
    tokenId,
    until: new Date(now.getTime() + SUSPENSION_MS).toISOString(),
    disownedBy: asPerson(disownedBy),
    since: now.toISOString(),
  };
}

/** The suspension that a disowned change brought, as the change tells it; undefined of every other change. */
export function suspensionBy(change: HeldChange): Suspension | undefined {
  const { outcome, authorization, updatedAt } = change;
  if (!authorization.recorded || outcome?.cause !== 'DISOWNED' || !outcome.by || !outcome.suspendedUntil)
    return undefined;
  return { ...suspensionFor(change, outcome.by, new Date(updatedAt)), until: outcome.suspendedUntil };
}

/** A requester's suspension that is in force for a token; the one for that token alone goes before the company's. */
export function suspensionInForce(
  suspensions: readonly Suspension[] | undefined,
  tokenId: string,
  now: Date,
): Suspension | undefined {
  const inForce = (suspensions ?? []).filter(({ until }) => now.getTime() < Date.parse(until));
  return inForce.find(({ onlyToken }) => onlyToken === tokenId) ?? inForce.find(({ onlyToken }) => onlyToken === null);
}

/**
 * True if a change is held that the suspension ends: its requester's, in its scope, asked for before it.
 *
 * @param ids under which the requester may have asked for it.
 */
export function isInScope(change: HeldChange, suspension: Suspension, ids: readonly string[]): boolean {
  const { companyId, onlyToken, changeId, since } = suspension;
  return (
    change.status === 'PENDING_AUTHORIZATION' &&
    change.changeId !== changeId &&
    change.companyId === companyId &&
    ids.includes(change.requestedBy.userId) &&
    (onlyToken === null || onlyToken === change.tokenId) &&
    change.createdAt <= (since ?? '')
  );
}

/** Whoever asked for a change, as they are when it is decided. */
export interface Requester {
  readonly user: User | undefined;
  readonly suspension: Suspension | undefined;
}

/**
 * The cause, if this decision closes the change instead of deciding it. Nothing is approved for somebody who may not
 * ask any more, and nobody decides what a suspension is about to end.
 */
export function closedByRequester(
  change: HeldChange,
  decision: 'APPROVE' | 'REJECT',
  { user, suspension }: Requester,
): Extract<ClosingCause, 'REQUESTER_REMOVED' | 'DISOWNED'> | undefined {
  if (decision === 'REJECT') return suspension ? 'DISOWNED' : undefined;
  const mayAsk = user !== undefined && isAdministrator(user) && user.companyId === change.companyId;
  return mayAsk && !suspension ? undefined : 'REQUESTER_REMOVED';
}
