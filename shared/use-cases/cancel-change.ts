import { isHeld, isRescue } from '../domain/change.ts';
import { withUsername } from '../domain/new-change.ts';
import { close, userActor } from '../domain/transitions.ts';
import { asPerson, assertCaller, type User } from '../domain/user.ts';
import { ProblemError } from '../errors.ts';
import { checkUser } from '../repositories/checks.ts';
import { type FoundChange, users } from '../repositories/items.ts';
import { transitionWrites } from '../repositories/writes.ts';
import { aboutChange, log } from '../telemetry/log.ts';
import { count } from '../telemetry/metrics.ts';
import type { Uses } from '../world.ts';
import { findChange, readTokenOfChange } from './read-change.ts';
import { expireFirst } from './settle-change.ts';
import { tellHold } from './tell-hold.ts';

/**
 * Cancels a held change; cancelling a cancelled one changes nothing and is no error.
 *
 * @throws ProblemError `NOT_FOUND`, `CHANGE_CLOSED` with the change's status, `ACTION_NOT_AVAILABLE` for a rescue, which
 * is the bank's to end.
 */
export async function cancelChange(
  world: Uses<'tables' | 'clock' | 'workflow'>,
  request: { caller: User; changeId: string; requestId: string },
): Promise<FoundChange> {
  const { tables, clock } = world;
  return tables.decideAgain(async () => {
    const { companyId, userId } = request.caller;
    const [{ user }, found] = await Promise.all([
      tables.read({ user: users.at(userId) }),
      findChange(world, companyId, request.changeId),
    ]);
    const caller = assertCaller(user, 'ADMINISTRATOR');
    if (!found) throw new ProblemError('NOT_FOUND');
    const { change, hold, notices } = found;
    const now = clock.now();
    await expireFirst(world, change, now);
    const { status } = change;
    if (status === 'CANCELLED') return found;
    if (status !== 'PENDING_AUTHORIZATION' || !isHeld(change)) {
      throw new ProblemError('CHANGE_CLOSED', { change: { changeId: change.changeId, status } });
    }
    if (isRescue(change)) throw new ProblemError('ACTION_NOT_AVAILABLE');

    const context = { actor: userActor(caller), now, requestId: request.requestId };
    const token = await readTokenOfChange(world, change);
    const transition = close(
      token,
      withUsername(change, caller),
      { cause: 'CANCELLED', by: asPerson(caller) },
      context,
    );
    await tables.transact([...transitionWrites(transition, now), checkUser(caller, { administrator: true })], {
      notAfter: change.authorization.expiresAt,
    });
    count('ChangesCancelled', change.action);
    log.info('change cancelled', aboutChange(change));
    const [cancelled] = transition.changes;
    await tellHold(world, hold, cancelled);
    return { change: cancelled, hold, notices };
  });
}
