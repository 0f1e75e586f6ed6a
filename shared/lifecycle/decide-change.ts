import * as z from 'zod/mini';
import { isApprover } from '../domain/approvers.ts';
import {
  type Change,
  type ChangeStatus,
  changeStatusAt,
  type HeldChange,
  isHeld,
  MAXIMUM_WRONG_CODES,
} from '../domain/change.ts';
import { type Limit, takeFrom } from '../domain/sliding-window.ts';
import { suspensionFor } from '../domain/suspension.ts';
import type { Token } from '../domain/token.ts';
import { close, countWrongCode, decide, userActor } from '../domain/transitions.ts';
import { assertCaller, type User } from '../domain/user.ts';
import { ProblemError, StaleDecisionError } from '../errors.ts';
import { aboutChange, correlate, log } from '../logger.ts';
import { count, measure } from '../metrics.ts';
import { checkActiveToken, checkDevice, checkUser } from '../repositories/checks.ts';
import { type Hold, readChange, readDevice, readHold, readToken, readUser } from '../repositories/items.ts';
import { changeKey, deviceKey, holdKey, refusalsKey, tokenKey, userKey } from '../repositories/keys.ts';
import { putSuspension } from '../repositories/suspensions.ts';
import { decideAgain, getAll, transact } from '../repositories/table.ts';
import { takePlace, timesIn } from '../repositories/windows.ts';
import { putChange, writesOf } from '../repositories/writes.ts';
import { bindingCodeMatches, type VerifiedDecision, verifyDecision } from '../security/verify-decision.ts';
import { unverifiedHeader, unverifiedPayload } from '../security/verify-jws.ts';
import { tellHold } from './tell-hold.ts';

/** Refused decisions of one caller, before the next must wait. */
const REFUSALS: Limit = { limit: 30, seconds: 60 };
const REFUSED = 'refused';

export interface DecisionRequest {
  readonly userId: string;
  readonly changeId: string;
  /** The compact JWS. */
  readonly decision: string;
  readonly requestId: string;
}

/** What one attempt has read, consistently. */
interface Read {
  readonly caller: User;
  readonly change: HeldChange;
  readonly token: Token;
  readonly hold: Hold | undefined;
  readonly verified: VerifiedDecision;
  readonly now: Date;
  readonly requestId: string;
}

/**
 * Records a phone's signed decision, judged in the order of docs/phone-protocol.md.
 *
 * @throws ProblemError 403 `USER_DISABLED`, 429, 404, 403 `PROOF_REFUSED`, 409 `CHANGE_CLOSED`, 403
 * `BINDING_CODE_MISMATCH`.
 */
export async function decideChange(request: DecisionRequest): Promise<{ changeId: string; status: ChangeStatus }> {
  try {
    return await decideAgain(() => attempt(request));
  } catch (error) {
    if (isCounted(error)) {
      await takePlace(refusalsKey(request.userId), REFUSED, REFUSALS, new Date(), { create: true });
    }
    throw error;
  }
}

/** A refusal that tells something to whoever tries: too many of them in a minute must wait. */
function isCounted(error: unknown): boolean {
  return (
    error instanceof ProblemError &&
    ['NOT_FOUND', 'PROOF_REFUSED', 'BINDING_CODE_MISMATCH', 'CHANGE_CLOSED'].includes(error.code)
  );
}

async function attempt(request: DecisionRequest): Promise<{ changeId: string; status: ChangeStatus }> {
  const read = await readAndVerify(request);
  const { change, verified, now } = read;
  const status = changeStatusAt(change, now);
  if (verified.repeats) return { changeId: change.changeId, status };
  if (status !== 'PENDING_AUTHORIZATION') throw closed(change, status);

  const { payload } = verified;
  if (payload.decision === 'APPROVE' && !bindingCodeMatches(payload.bindingCode, change.authorization.bindingCode)) {
    throw await refuseCode(payload.bindingCode, read);
  }
  return { changeId: change.changeId, status: await record(request.decision, read) };
}

function closed({ changeId }: Change, status: ChangeStatus): ProblemError {
  return new ProblemError('CHANGE_CLOSED', { change: { changeId, status } });
}

async function readAndVerify({ userId, changeId, decision, requestId }: DecisionRequest): Promise<Read> {
  const { kid, tokenId } = hintsOf(decision);
  const [user, refusals, deviceItem] = await getAll([
    userKey(userId),
    refusalsKey(userId),
    ...(kid ? [deviceKey(userId, kid)] : []),
  ]);
  const caller = assertCaller(readUser(user), 'ANYONE');
  const now = new Date();
  const place = takeFrom(timesIn(refusals, REFUSED, REFUSALS), REFUSALS, now.getTime());
  if (!place.taken) throw new ProblemError('TOO_MANY_REQUESTS', {}, place.retryAfter);

  const [changeItem, holdItem, callerTokenItem, tokenItem] = await getAll([
    changeKey(caller.companyId, changeId),
    holdKey(changeId),
    tokenKey(caller.companyId, caller.tokenId),
    ...(tokenId ? [tokenKey(caller.companyId, tokenId)] : []),
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
  // The challenge is the stored one by now, and so its token the change's.
  const token = readToken(tokenItem);
  if (!token) throw new Error('The token of a change is missing');
  return { caller, change, token, hold: readHold(holdItem), verified, now, requestId };
}

/**
 * The keys to read the phone and the token by, as the decision claims them: good for finding what it is then judged
 * against, so that one read brings all. What is wrong with the decision is said when the proof is judged, not here.
 */
function hintsOf(decision: string): { kid: string | undefined; tokenId: string | undefined } {
  try {
    const { kid } = unverifiedHeader(decision);
    const claimed = claimSchema.safeParse(unverifiedPayload(decision));
    return { kid, tokenId: claimed.data?.challenge.tokenId };
  } catch {
    return { kid: undefined, tokenId: undefined };
  }
}

const claimSchema = z.object({ challenge: z.object({ tokenId: z.string().check(z.regex(/^[\w-]{1,128}$/)) }) });

/** The token, if it still names this change; otherwise what was read is old. */
function tokenPending({ token, change }: Read): Token {
  if (token.pendingChange?.changeId !== change.changeId) throw new StaleDecisionError('The token names another change');
  return token;
}

/** What must still be so when the decision is written: approver, phone, and the token that it is on. */
function checks({ caller, change, verified }: Read) {
  const administrator = change.authorization.policy !== 'HOLDER';
  return [
    checkUser(caller, { administrator }),
    checkDevice({ userId: caller.userId, deviceId: verified.kid }),
    // The change's own token is written on the condition of its version, which covers this check.
    ...(caller.tokenId === change.tokenId ? [] : [checkActiveToken(caller, verified.kid)]),
  ];
}

/** "It wasn't me": the requester is suspended in the same transaction. */
function isDisowned({ payload }: VerifiedDecision): boolean {
  return payload.decision === 'REJECT' && payload.reason === 'NOT_ME';
}

async function record(jws: string, read: Read): Promise<ChangeStatus> {
  const { caller, change, hold, verified, now, requestId } = read;
  const token = tokenPending(read);
  if (caller.tokenId === token.tokenId && !(token.status === 'ACTIVE' && token.device?.deviceId === verified.kid)) {
    throw new StaleDecisionError('The token is no longer active with this phone');
  }
  const { decision, iat } = verified.payload;
  const disowned = isDisowned(verified) ? suspensionFor(change, now) : undefined;
  const transition = decide(
    token,
    change,
    { by: caller, recorded: { kid: verified.kid, decision, iat, jws }, suspendedUntil: disowned?.until },
    { actor: userActor(caller), now, requestId },
  );
  await transact([...writesOf(transition, now), ...checks(read), ...(disowned ? [putSuspension(disowned)] : [])], {
    notAfter: change.authorization.expiresAt,
  });
  if (disowned) count('RequestsDisowned');

  const status = decision === 'APPROVE' ? 'AUTHORIZED' : 'REJECTED';
  count(decision === 'APPROVE' ? 'ChangesAuthorized' : 'ChangesRejected', change.action);
  measure('TimeToDecision', now.getTime() - Date.parse(change.createdAt));
  log.info('decision recorded', { ...aboutChange(change), deviceId: verified.kid, status });
  await tellHold(hold, { changeId: change.changeId, status });
  return status;
}

/** Counts a distinct wrong code; the last one rejects the change. Each count is one conditional write. */
async function refuseCode(typed: string, read: Read): Promise<ProblemError> {
  const { caller, change, hold, now, requestId } = read;
  const wrongCodes = [...new Set([...change.authorization.wrongCodes, typed])];
  const attemptsLeft = Math.max(0, MAXIMUM_WRONG_CODES - wrongCodes.length);
  const refused = new ProblemError('BINDING_CODE_MISMATCH', { attemptsLeft });
  if (wrongCodes.length === change.authorization.wrongCodes.length) return refused;

  if (attemptsLeft > 0) {
    await transact([putChange(countWrongCode(change, wrongCodes, now)), ...checks(read)]);
    return refused;
  }
  const rejected: HeldChange = { ...change, authorization: { ...change.authorization, wrongCodes } };
  const transition = close(
    tokenPending(read),
    rejected,
    'REJECTED',
    { actor: userActor(caller), now, requestId },
    { cause: 'BINDING_CODE_MISMATCH' },
  );
  await transact([...writesOf(transition, now), ...checks(read)]);
  count('ChangesRejected', change.action);
  log.info('change rejected after wrong codes', aboutChange(change));
  await tellHold(hold, { changeId: change.changeId, status: 'REJECTED' });
  return refused;
}
