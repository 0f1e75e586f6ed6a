import { changeStatusAt, isHeld } from '../domain/change.ts';
import { close, userActor } from '../domain/transitions.ts';
import { assertCaller, type User } from '../domain/user.ts';
import { ProblemError } from '../errors.ts';
import { aboutChange, log } from '../logger.ts';
import { count } from '../metrics.ts';
import { checkUser } from '../repositories/checks.ts';
import { type FoundChange, readUser } from '../repositories/items.ts';
import { userKey } from '../repositories/keys.ts';
import { decideAgain, getAll, transact } from '../repositories/table.ts';
import { writesOf } from '../repositories/writes.ts';
import { findChange, tokenOf } from './read-change.ts';
import { tellHold } from './tell-hold.ts';

/**
 * Cancels a held change; cancelling a cancelled one changes nothing and is no error.
 *
 * @throws ProblemError `NOT_FOUND`, `CHANGE_CLOSED` with the change's status.
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
    const status = changeStatusAt(change, now);
    if (status === 'CANCELLED') return found;
    if (status !== 'PENDING_AUTHORIZATION' || !isHeld(change)) {
      throw new ProblemError('CHANGE_CLOSED', { change: { changeId: change.changeId, status } });
    }

    const context = { actor: userActor(caller), now, requestId: request.requestId };
    const transition = close(await tokenOf(change), change, 'CANCELLED', context);
    await transact([...writesOf(transition, now), checkUser(caller, { administrator: true })]);
    count('ChangesCancelled', change.action);
    log.info('change cancelled', aboutChange(change));
    const [cancelled = change] = transition.changes;
    await tellHold(hold, cancelled);
    return { change: cancelled, hold, notices };
  });
}
