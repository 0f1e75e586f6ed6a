import { type Change, isHeld } from '../domain/change.ts';
import type { RescueConfirmation } from '../domain/rescue.ts';
import { maybeSamePerson, type Staff } from '../domain/staff.ts';
import { confirmRescue as confirm } from '../domain/transitions.ts';
import { ProblemError } from '../errors.ts';
import { checkUser } from '../repositories/checks.ts';
import { changes, holds, tokens, type UsernameOwner, users } from '../repositories/items.ts';
import { transitionWrites } from '../repositories/writes.ts';
import { aboutChange, correlate, log } from '../telemetry/log.ts';
import { count, measure } from '../telemetry/metrics.ts';
import type { Uses } from '../world.ts';
import { answerTask } from './answer-task.ts';
import { assertPending } from './assert-pending.ts';
import { assertRescuable, findUsernameOwner } from './rescued-administrator.ts';
import { expireFirst } from './settle-change.ts';

type World = Uses<'tables' | 'clock' | 'workflow'>;

export interface ConfirmedRescue {
  readonly staff: Staff;
  readonly request: RescueConfirmation;
  readonly requestId: string;
}

/**
 * Confirms a rescue that another person of the bank proposed: from here on it is an authorized change like any other.
 * Confirming again by the same person changes nothing.
 *
 * @throws ProblemError `NOT_FOUND`, `SECOND_PERSON_REQUIRED`, `CHANGE_CLOSED`, `USER_DISABLED`, `ADMINISTRATOR_ONLY`.
 */
export async function confirmRescue(world: World, confirmed: ConfirmedRescue): Promise<Change> {
  const owner = await findUsernameOwner(world, confirmed.request.username);
  return world.tables.decideAgain(() => confirmOnce(world, confirmed, owner));
}

async function confirmOnce(
  world: World,
  { staff, request, requestId }: ConfirmedRescue,
  owner: UsernameOwner,
): Promise<Change> {
  const { tables, clock } = world;
  const { companyId, tokenId, userId } = owner;
  const { changeId } = request;
  const read = await tables.read({
    change: changes.at(companyId, changeId),
    hold: holds.at(changeId),
    token: tokens.at(companyId, tokenId),
    user: users.at(userId),
  });
  const { change, token, hold } = read;
  const isMeant = change?.tokenId === tokenId && change.action === request.action;
  if (!change || !isMeant || !isHeld(change) || !token) throw new ProblemError('NOT_FOUND');
  const { rescue } = change.authorization;
  correlate(change);
  if (!rescue) throw new ProblemError('NOT_FOUND');

  const now = clock.now();
  await expireFirst(world, change, now);
  const { status } = change;
  if (rescue.confirmedBy?.userId === staff.userId) return change;
  if (maybeSamePerson(rescue.proposedBy, staff)) throw new ProblemError('SECOND_PERSON_REQUIRED');
  if (status !== 'PENDING_AUTHORIZATION') throw new ProblemError('CHANGE_CLOSED', { change: { changeId, status } });
  const user = assertRescuable(read.user);

  const transition = confirm(assertPending(token, change), change, staff, { now, requestId });
  await tables.transact([...transitionWrites(transition, now), checkUser(user, { administrator: true })], {
    notAfter: change.authorization.expiresAt,
  });
  count('ChangesAuthorized', change.action);
  measure('TimeToDecision', now.getTime() - Date.parse(change.createdAt));
  log.info('rescue confirmed', aboutChange(change));
  const [authorized] = transition.changes;
  await answerTask(world, hold, authorized);
  return authorized;
}
