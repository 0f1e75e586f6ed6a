import { isHeld, isRescue } from '../domain/change.ts';
import { withUsername } from '../domain/change-names.ts';
import { close, userActor } from '../domain/transitions.ts';
import { asPerson, type User } from '../domain/user.ts';
import { ProblemError } from '../errors.ts';
import { checkUser } from '../repositories/checks.ts';
import { changes, type FoundChange, holds, notices } from '../repositories/items.ts';
import { transitionWrites } from '../repositories/writes.ts';
import { aboutChange, correlate, log } from '../telemetry/log.ts';
import { count } from '../telemetry/metrics.ts';
import type { Uses } from '../world.ts';
import { answerTask } from './answer-task.ts';
import { readTokenOfChange } from './read-change.ts';
import { readWithCaller } from './read-with-caller.ts';
import { expireFirst } from './settle-change.ts';

/**
 * Cancels a held change; cancelling a cancelled one changes nothing and is no error.
 *
 * @throws ProblemError `NOT_FOUND`, `CHANGE_CLOSED` with the change's status, `ACTION_NOT_AVAILABLE` for a rescue, which
 * is the bank's to end.
 */
export async function cancelChange(
  world: Uses<'tables' | 'ahead' | 'clock' | 'workflow'>,
  request: { caller: Pick<User, 'userId'>; changeId: string; requestId: string },
): Promise<FoundChange> {
  const { tables, clock } = world;
  return tables.decideAgain(async () => {
    const { caller, read } = await readWithCaller(world, request.caller, 'ADMINISTRATOR', (companyId) => ({
      change: changes.at(companyId, request.changeId),
      hold: holds.at(request.changeId),
      notices: notices.at(request.changeId),
    }));
    const { change, hold, notices: notice } = read;
    if (!change) throw new ProblemError('NOT_FOUND');
    correlate(change);
    const now = clock.now();
    await expireFirst(world, change, now);
    const { status } = change;
    if (status === 'CANCELLED') return { change, hold, notices: notice };
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
    await answerTask(world, hold, cancelled);
    return { change: cancelled, hold, notices: notice };
  });
}
