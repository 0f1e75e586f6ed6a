import { type Change, type ChangeStatus, type HeldChange, MAXIMUM_WRONG_CODES } from '../domain/change.ts';
import { withUsername } from '../domain/change-names.ts';
import { closedByRequester, type Suspension, suspensionFor } from '../domain/suspension.ts';
import { close, closeDisowned, countWrongCode, decide, disown, SYSTEM, userActor } from '../domain/transitions.ts';
import { asPerson } from '../domain/user.ts';
import { ProblemError } from '../errors.ts';
import { checkActiveToken, checkDevice, checkUser } from '../repositories/checks.ts';
import { refusals } from '../repositories/items.ts';
import { checkLastId, readIdsSince } from '../repositories/later-ids.ts';
import { checkNotSuspended, putSuspension } from '../repositories/suspensions.ts';
import type { Tables, Write } from '../repositories/tables.ts';
import { takePlace } from '../repositories/windows.ts';
import { putChange, transitionWrites } from '../repositories/writes.ts';
import { bindingCodeMatches, isNotMe } from '../security/verify-decision.ts';
import { aboutChange, log } from '../telemetry/log.ts';
import { count, measure } from '../telemetry/metrics.ts';
import type { Uses } from '../world.ts';
import { answerTask } from './answer-task.ts';
import { assertPending } from './assert-pending.ts';
import { disownOthers } from './disown-others.ts';
import { type DecisionRequest, REFUSALS, REFUSED, type ReadDecision, readDecision } from './read-decision.ts';
import { expireFirst } from './settle-change.ts';

type World = Uses<'tables' | 'clock' | 'workflow', 'requireUserVerification'>;

interface Decided {
  readonly changeId: string;
  readonly status: ChangeStatus;
}

/**
 * Records a phone's signed decision, judged in the order of docs/phone-protocol.md.
 *
 * @throws ProblemError 403 `USER_DISABLED`, 429, 404, 403 `PROOF_REFUSED`, 409 `CHANGE_CLOSED`, 403
 * `BINDING_CODE_MISMATCH`.
 */
export async function decideChange(world: World, request: DecisionRequest): Promise<Decided> {
  const { tables, clock } = world;
  try {
    return await tables.decideAgain(() => decideOnce(world, request));
  } catch (error) {
    if (isCounted(error)) {
      await takePlace(tables, refusals.at(request.userId), REFUSED, REFUSALS, clock.now(), { create: true });
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

async function decideOnce(world: World, request: DecisionRequest): Promise<Decided> {
  const facts = await readDecision(world, request);
  const { change, verified, requester, now } = facts;
  await expireFirst(world, change, now);
  const { changeId, status } = change;
  if (verified.disownsLater) return recordDisowned(world, request.decision, facts);
  if (verified.repeats) {
    // Where the answer was lost between the decision and its effect, so may have been what the workflow was told.
    if (status === 'AUTHORIZED') await answerTask(world, facts.hold, change);
    return { changeId, status };
  }
  if (status !== 'PENDING_AUTHORIZATION') throw closed(change);

  const { payload } = verified;
  const cause = closedByRequester(change, payload.decision, requester);
  if (cause) throw closed(await closeForRequester(world, cause, facts));
  if (payload.decision === 'APPROVE' && !bindingCodeMatches(payload.bindingCode, change.authorization.bindingCode)) {
    throw await refuseCode(world, payload.bindingCode, facts);
  }
  return recordDecision(world, request.decision, facts);
}

function closed({ changeId, status }: Change): ProblemError {
  return new ProblemError('CHANGE_CLOSED', { change: { changeId, status } });
}

/**
 * Checks what must still be so when the decision is written: the approver, their phone and its token. For an approval,
 * its requester must still be allowed to ask. Unless the change is disowned, no suspension may be about to end it.
 */
function checks({ caller, change, verified, requester, now }: ReadDecision): Write[] {
  const { companyId, tokenId, requestedBy, authorization } = change;
  const approves = verified.payload.decision === 'APPROVE';
  const isRequester = caller.userId === requestedBy.userId;
  return [
    // One check for an item: where the caller asked for it themselves, theirs is the requester's.
    checkUser(caller, { administrator: authorization.policy !== 'HOLDER' || (approves && isRequester) }),
    ...(approves && !isRequester && requester.user ? [checkUser(requester.user, { administrator: true })] : []),
    ...(isNotMe(verified) ? [] : [checkNotSuspended(companyId, requestedBy.userId, tokenId, now)]),
    checkDevice({ userId: caller.userId, deviceId: verified.kid }),
    // The change's own token is written on the condition of its version, which covers this check.
    ...(caller.tokenId === tokenId ? [] : [checkActiveToken(caller, verified.kid)]),
  ];
}

/** Who decided, and the proof of it that is kept. */
function sayDecided(jws: string, { caller, verified: { kid, payload } }: ReadDecision) {
  const { decision, iat, userVerification } = payload;
  return { by: caller, recorded: { kid, decision, iat, jws }, userVerification };
}

async function recordDecision(world: World, jws: string, read: ReadDecision): Promise<Decided> {
  const { caller, change, token, hold, verified, now, requestId } = read;
  const { decision } = verified.payload;
  const suspension = isNotMe(verified) ? suspensionFor(change, caller, now) : undefined;
  const suspends = suspension ? await suspendPerson(world.tables, suspension) : [];
  const transition = decide(
    assertPending(token, change),
    withUsername(change, caller),
    { ...sayDecided(jws, read), suspendedUntil: suspension?.until },
    { actor: userActor(caller), now, requestId },
  );
  await world.tables.transact([...transitionWrites(transition, now), ...checks(read), ...suspends], {
    notAfter: change.authorization.expiresAt,
  });

  const status = decision === 'APPROVE' ? 'AUTHORIZED' : 'REJECTED';
  count(decision === 'APPROVE' ? 'ChangesAuthorized' : 'ChangesRejected', change.action);
  measure('TimeToDecision', now.getTime() - Date.parse(change.createdAt));
  log.info('decision recorded', { ...aboutChange(change), deviceId: verified.kid, status });
  await answerTask(world, hold, { changeId: change.changeId, status });
  if (suspension) await endOthers(world, suspension);
  return { changeId: change.changeId, status };
}

/** "It wasn't me", from the phone that had rejected the change without saying so. */
async function recordDisowned(world: World, jws: string, read: ReadDecision): Promise<Decided> {
  const { caller, change, token, verified, now, requestId } = read;
  const suspension = suspensionFor(change, caller, now);
  const suspends = await suspendPerson(world.tables, suspension);
  const transition = disown(
    token,
    withUsername(change, caller),
    { ...sayDecided(jws, read), suspendedUntil: suspension.until },
    { actor: userActor(caller), now, requestId },
  );
  await world.tables.transact([...transitionWrites(transition, now), ...checks(read), ...suspends]);
  log.info('change disowned after its rejection', { ...aboutChange(change), deviceId: verified.kid });
  await endOthers(world, suspension);
  return { changeId: change.changeId, status: change.status };
}

/** The requester is suspended under each id that they have had since they asked: the bank may have given them another. */
async function suspendPerson(tables: Tables, suspension: Suspension): Promise<Write[]> {
  const ids = await readIdsSince(tables, suspension.requesterId);
  return [
    ...ids.map((requesterId) => putSuspension({ ...suspension, requesterId })),
    ...ids.slice(-1).map(checkLastId),
  ];
}

/** Nothing that this misses can be decided any more: the suspension is written, and the reconciler does it again. */
async function endOthers(world: World, suspension: Suspension): Promise<void> {
  count('RequestsDisowned');
  try {
    await disownOthers(world, suspension);
  } catch (error) {
    log.warn('other changes not disowned; the reconciler will', { changeId: suspension.changeId }, error);
  }
}

/** Closes a change whose requester may not ask any more; nobody has decided it. */
async function closeForRequester(
  world: World,
  cause: 'REQUESTER_REMOVED' | 'DISOWNED',
  read: ReadDecision,
): Promise<Change> {
  const { change, token, hold, requester, now, requestId } = read;
  const { suspension } = requester;
  const transition =
    cause === 'DISOWNED' && suspension
      ? closeDisowned(assertPending(token, change), change, suspension, { now, requestId })
      : close(assertPending(token, change), change, { cause, by: null }, { actor: SYSTEM, now, requestId });
  await world.tables.transact(transitionWrites(transition, now), { notAfter: change.authorization.expiresAt });
  const [ended] = transition.changes;
  count(ended.status === 'CANCELLED' ? 'ChangesCancelled' : 'ChangesRejected', change.action);
  log.info('change closed for its requester', { ...aboutChange(change), status: ended.status });
  await answerTask(world, hold, ended);
  return ended;
}

/** Counts a distinct wrong code; the last one rejects the change. Each count is one conditional write. */
async function refuseCode(world: World, typed: string, read: ReadDecision): Promise<ProblemError> {
  const { caller, change, token, hold, now, requestId } = read;
  const { expiresAt: notAfter } = change.authorization;
  const wrongCodes = [...new Set([...change.authorization.wrongCodes, typed])];
  const attemptsLeft = Math.max(0, MAXIMUM_WRONG_CODES - wrongCodes.length);
  const refused = new ProblemError('BINDING_CODE_MISMATCH', { attemptsLeft });
  if (wrongCodes.length === change.authorization.wrongCodes.length) return refused;

  if (attemptsLeft > 0) {
    await world.tables.transact([putChange(countWrongCode(change, wrongCodes, now)), ...checks(read)], { notAfter });
    return refused;
  }
  const rejected: HeldChange = { ...change, authorization: { ...change.authorization, wrongCodes } };
  const transition = close(
    assertPending(token, change),
    withUsername(rejected, caller),
    { cause: 'WRONG_CODES', by: asPerson(caller) },
    { actor: userActor(caller), now, requestId },
  );
  await world.tables.transact([...transitionWrites(transition, now), ...checks(read)], { notAfter });
  count('ChangesRejected', change.action);
  log.info('change rejected after wrong codes', aboutChange(change));
  await answerTask(world, hold, { changeId: change.changeId, status: 'REJECTED' });
  return refused;
}
