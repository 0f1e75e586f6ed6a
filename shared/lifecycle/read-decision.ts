import * as z from 'zod/mini';
import { isApprover } from '../domain/approvers.ts';
import { type HeldChange, isHeld } from '../domain/change.ts';
import { type Limit, takeFrom } from '../domain/sliding-window.ts';
import { type Requester, suspensionInForce } from '../domain/suspension.ts';
import type { Token } from '../domain/token.ts';
import { assertCaller, type User } from '../domain/user.ts';
import { ProblemError } from '../errors.ts';
import { correlate } from '../logger.ts';
import {
  type Hold,
  readChange,
  readDevice,
  readHold,
  readSuspension,
  readToken,
  readUser,
} from '../repositories/items.ts';
import { changeKey, deviceKey, holdKey, refusalsKey, suspensionKey, tokenKey, userKey } from '../repositories/keys.ts';
import { getAll } from '../repositories/table.ts';
import { timesIn } from '../repositories/windows.ts';
import { type VerifiedDecision, verifyDecision } from '../security/verify-decision.ts';
import { readJws } from '../security/verify-jws.ts';

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
export async function readDecision(request: DecisionRequest): Promise<ReadDecision> {
  const { userId, changeId, decision, requestId } = request;
  const { kid, tokenId, requesterId } = hintsOf(decision);
  const [user, refusals, deviceItem] = await getAll([
    userKey(userId),
    refusalsKey(userId),
    ...(kid ? [deviceKey(userId, kid)] : []),
  ]);
  const caller = assertCaller(readUser(user), 'ANYONE');
  const now = new Date();
  const place = takeFrom(timesIn(refusals, REFUSED, REFUSALS), REFUSALS, now.getTime());
  if (!place.taken) throw new ProblemError('TOO_MANY_REQUESTS', {}, place.retryAfter);

  const { companyId } = caller;
  const [changeItem, holdItem, callerTokenItem, tokenItem, requesterItem, ...suspensions] = await getAll([
    changeKey(companyId, changeId),
    holdKey(changeId),
    tokenKey(companyId, caller.tokenId),
    ...(tokenId && requesterId
      ? [
          tokenKey(companyId, tokenId),
          userKey(requesterId),
          suspensionKey(companyId, requesterId, tokenId),
          suspensionKey(companyId, requesterId, null),
        ]
      : []),
  ]);
  const change = readChange(changeItem);
  if (change) correlate(change);
  if (!change || !isHeld(change) || !isApprover(change, caller)) throw new ProblemError('NOT_FOUND');
  const verified = await verifyDecision(decision, {
    caller,
    device: readDevice(deviceItem),
    callerToken: readToken(callerTokenItem),
    change,
  });
  // The challenge is the stored one by now, and so its token and its requester are the change's.
  const token = readToken(tokenItem);
  if (!token) throw new Error('The token of a change is missing');
  const suspension = suspensionInForce(suspensions.map(readSuspension), now);
  const requester = { user: readUser(requesterItem), suspension };
  return { caller, change, token, hold: readHold(holdItem), requester, verified, now, requestId };
}

/**
 * The keys to read the phone, the token and the requester by, as the decision claims them: good for finding what it is
 * then judged against, so that one read brings all. What is wrong with the decision is said when the proof is judged, not here.
 */
function hintsOf(decision: string): Hints {
  try {
    const { header, payload } = readJws(decision);
    const { tokenId, requestedBy } = claimSchema.safeParse(payload).data?.challenge ?? {};
    return { kid: header.kid, tokenId, requesterId: requestedBy?.userId };
  } catch {
    return { kid: undefined, tokenId: undefined, requesterId: undefined };
  }
}

interface Hints {
  readonly kid: string | undefined;
  readonly tokenId: string | undefined;
  readonly requesterId: string | undefined;
}

const idSchema = z.string().check(z.regex(/^[\w-]{1,128}$/));
const claimSchema = z.object({
  challenge: z.object({ tokenId: idSchema, requestedBy: z.object({ userId: idSchema }) }),
});
