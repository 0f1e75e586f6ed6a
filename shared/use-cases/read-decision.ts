import * as z from 'zod/mini';
import { isApprover } from '../domain/approvers.ts';
import { type HeldChange, isHeld } from '../domain/change.ts';
import { type Limit, takeFrom } from '../domain/sliding-window.ts';
import { type Requester, suspensionInForce } from '../domain/suspension.ts';
import { activeDeviceId, type Token } from '../domain/token.ts';
import { assertCaller, type User } from '../domain/user.ts';
import { ProblemError } from '../errors.ts';
import {
  approvers,
  changes,
  devices,
  type Hold,
  holds,
  refusals,
  suspensions,
  tokens,
  users,
} from '../repositories/items.ts';
import { timesIn } from '../repositories/windows.ts';
import { type VerifiedDecision, verifyDecision } from '../security/verify-decision.ts';
import { readJws } from '../security/verify-jws.ts';
import { correlate } from '../telemetry/log.ts';
import type { Uses } from '../world.ts';

/** Refused decisions of one caller, before the next must wait. */
export const REFUSALS: Limit = { limit: 30, seconds: 60 };
export const REFUSED = 'refused';

export interface DecisionRequest {
  readonly userId: string;
  readonly changeId: string;
  /** The compact JWS. */
  readonly decision: string;
  readonly requestId: string;
}

/** A decision with what it is judged against, read consistently, and its proof found good. */
export interface ReadDecision {
  readonly caller: User;
  readonly change: HeldChange;
  readonly token: Token;
  readonly hold: Hold | undefined;
  readonly requester: Requester;
  readonly verified: VerifiedDecision;
  readonly now: Date;
  readonly requestId: string;
}

/**
 * Reads a decision and judges it up to its proof, in the order of docs/phone-protocol.md.
 *
 * @throws ProblemError 403 `USER_DISABLED`, 429, 404, 403 `PROOF_REFUSED`.
 */
export async function readDecision(
  { tables, clock, settings }: Uses<'tables' | 'clock', 'requireUserVerification'>,
  { userId, changeId, decision, requestId }: DecisionRequest,
): Promise<ReadDecision> {
  const hints = readHints(decision);
  const callers = {
    user: users.at(userId),
    refused: refusals.at(userId),
    device: hints.kid ? devices.at(userId, hints.kid) : undefined,
  };
  const claimed =
    hints.companyId === undefined
      ? undefined
      : await tables.read({ ...callers, ...subjects(hints.companyId, userId, changeId, hints) });
  const { user, refused, device } = claimed ?? (await tables.read(callers));
  const caller = assertCaller(user, 'ANYONE');
  const now = clock.now();
  const place = takeFrom(timesIn(refused, REFUSED, REFUSALS), REFUSALS, now.getTime());
  if (!place.taken) throw new ProblemError('TOO_MANY_REQUESTS', {}, place.retryAfter);

  const { companyId } = caller;
  // Hints that name another company, or none, are ignored: the caller's own company counts.
  const isOwn = hints.companyId === companyId;
  const read = claimed && isOwn ? claimed : await tables.read(subjects(companyId, userId, changeId, hints));
  const { change, hold, approver, token, requester, suspended } = read;
  if (change) correlate(change);
  if (!change || !isHeld(change) || !isApprover(change, caller)) throw new ProblemError('NOT_FOUND');
  const active = caller.tokenId === change.tokenId ? activeDeviceId(token) : approver?.deviceId;
  const verified = await verifyDecision(decision, { caller, device, activeDeviceId: active, change, ...settings });
  // The challenge is the stored one by now, and so its token and its requester are the change's.
  if (!token) throw new Error('The token of a change is missing');
  const suspension = suspensionInForce(suspended, change.tokenId, now);
  return { caller, change, token, hold, requester: { user: requester, suspension }, verified, now, requestId };
}

/** The items against which a decision of a company's change is judged, as far as its claim says where they are. */
function subjects(companyId: string, userId: string, changeId: string, { tokenId, requesterId }: Hints) {
  const hinted = tokenId !== undefined && requesterId !== undefined;
  return {
    change: changes.at(companyId, changeId),
    hold: holds.at(changeId),
    approver: approvers.at(companyId, userId),
    token: hinted ? tokens.at(companyId, tokenId) : undefined,
    requester: hinted ? users.at(requesterId) : undefined,
    suspended: hinted ? suspensions.at(companyId, requesterId) : undefined,
  };
}

/**
 * Reads from the decision which phone, company, token and requester it claims, so that one read brings what it is then judged
 * against. A fault of the decision is told when its proof is judged, not here.
 */
function readHints(decision: string): Hints {
  try {
    const { header, payload } = readJws(decision);
    const { companyId, tokenId, requestedBy } = claimSchema.safeParse(payload).data?.challenge ?? {};
    return { kid: header.kid, companyId, tokenId, requesterId: requestedBy?.userId };
  } catch {
    return { kid: undefined, companyId: undefined, tokenId: undefined, requesterId: undefined };
  }
}

interface Hints {
  readonly kid: string | undefined;
  readonly companyId: string | undefined;
  readonly tokenId: string | undefined;
  readonly requesterId: string | undefined;
}

const idSchema = z.string().check(z.regex(/^[\w-]{1,128}$/));
// As the import takes it.
const companyIdSchema = z.string().check(z.regex(/^[\w.-]{1,64}$/));
const claimSchema = z.object({
  challenge: z.object({ companyId: companyIdSchema, tokenId: idSchema, requestedBy: z.object({ userId: idSchema }) }),
});
