import { isHeld, isOverdue, isRescue } from '../domain/change.ts';
import { close, userActor } from '../domain/transitions.ts';
import { asPerson, assertCaller, type User } from '../domain/user.ts';
import { ProblemError, StaleDecisionError } from '../errors.ts';
import { aboutChange, log } from '../logger.ts';
import { count } from '../metrics.ts';
import { checkUser } from '../repositories/checks.ts';
import { type FoundChange, readUser } from '../repositories/items.ts';
import { userKey } from '../repositories/keys.ts';
import { decideAgain, getAll, transact } from '../repositories/table.ts';
import { writesOf } from '../repositories/writes.ts';
import { findChange, tokenOf } from './read-change.ts';
import { writeExpiry } from './settle-change.ts';
import { tellHold } from './tell-hold.ts';

/**
 * Cancels a held change; cancelling a cancelled one changes nothing and is no error.
 *
 * @throws ProblemError `NOT_FOUND`, `CHANGE_CLOSED` with the change's status, `ACTION_NOT_AVAILABLE` for a rescue, which
 * is the bank's to end.
 */
export async function cancelChange(request: {
  caller: User;
  changeId: string;
  requestId: string;
}): Promise<FoundChange> {
  return decideAgain(async () => {
    const { companyId, userId } = request.caller;
    const [[userItem], found] = await Promise.all([getAll([userKey(userId)]), findChange(companyId, request.changeId)]);
    const caller = assertCaller(readUser(userItem), 'ADMINISTRATOR');
    if (!found) throw new ProblemError('NOT_FOUND');
    const { change, hold, notices } = found;
    const now = new Date();
    if (isOverdue(change, now)) {
      await writeExpiry(change);
      throw new StaleDecisionError('The change is past its time');
    }
    const { status } = change;
    if (status === 'CANCELLED') return found;
    if (status !== 'PENDING_AUTHORIZATION' || !isHeld(change)) {
      throw new ProblemError('CHANGE_CLOSED', { change: { changeId: change.changeId, status } });
    }
    if (isRescue(change)) throw new ProblemError('ACTION_NOT_AVAILABLE');

    const context = { actor: userActor(caller), now, requestId: request.requestId };
    const transition = close(await tokenOf(change), change, { cause: 'CANCELLED', by: asPerson(caller) }, context);
    await transact([...writesOf(transition, now), checkUser(caller, { administrator: true })], {
      notAfter: change.authorization.expiresAt,
    });
    count('ChangesCancelled', change.action);
    log.info('change cancelled', aboutChange(change));
    const [cancelled = change] = transition.changes;
    await tellHold(hold, cancelled);
    return { change: cancelled, hold, notices };
  });
}
