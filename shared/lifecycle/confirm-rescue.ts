import { type Change, isHeld, isOverdue } from '../domain/change.ts';
import type { RescueConfirmation } from '../domain/rescue.ts';
import { maybeSamePerson, type Staff } from '../domain/staff.ts';
import { confirmRescue as confirm } from '../domain/transitions.ts';
import { ProblemError, StaleDecisionError } from '../errors.ts';
import { aboutChange, correlate, log } from '../logger.ts';
import { count, measure } from '../metrics.ts';
import { checkUser } from '../repositories/checks.ts';
import type { UsernameOwner } from '../repositories/company-writes.ts';
import { readChange, readHold, readToken, readUser } from '../repositories/items.ts';
import { changeKey, holdKey, tokenKey, userKey } from '../repositories/keys.ts';
import { decideAgain, getAll, transact } from '../repositories/table.ts';
import { writesOf } from '../repositories/writes.ts';
import { assertRescuable, ownerOf } from './rescued-administrator.ts';
import { writeExpiry } from './settle-change.ts';
import { tellHold } from './tell-hold.ts';

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
export async function confirmRescue(confirmed: ConfirmedRescue): Promise<Change> {
  const owner = await ownerOf(confirmed.request.username);
  return decideAgain(() => attempt(confirmed, owner));
}

async function attempt({ staff, request, requestId }: ConfirmedRescue, owner: UsernameOwner): Promise<Change> {
  const { companyId, tokenId, userId } = owner;
  const { changeId } = request;
  const [changeItem, holdItem, tokenItem, userItem] = await getAll([
    changeKey(companyId, changeId),
    holdKey(changeId),
    tokenKey(companyId, tokenId),
    userKey(userId),
  ]);
  const change = readChange(changeItem);
  const token = readToken(tokenItem);
  const isMeant = change?.tokenId === tokenId && change.action === request.action;
  if (!change || !isMeant || !isHeld(change) || !token) throw new ProblemError('NOT_FOUND');
  const { rescue } = change.authorization;
  correlate(change);
  if (!rescue) throw new ProblemError('NOT_FOUND');

  const now = new Date();
  if (isOverdue(change, now)) {
    await writeExpiry(change);
    throw new StaleDecisionError('The rescue is past its time');
  }
  const { status } = change;
  if (rescue.confirmedBy?.userId === staff.userId) return change;
  if (maybeSamePerson(rescue.proposedBy, staff)) throw new ProblemError('SECOND_PERSON_REQUIRED');
  if (status !== 'PENDING_AUTHORIZATION') throw new ProblemError('CHANGE_CLOSED', { change: { changeId, status } });
  const user = assertRescuable(readUser(userItem));
  if (token.pendingChange?.changeId !== changeId) throw new StaleDecisionError('The token names another change');

  const transition = confirm(token, change, staff, { now, requestId });
  await transact([...writesOf(transition, now), checkUser(user, { administrator: true })], {
    notAfter: change.authorization.expiresAt,
  });
  count('ChangesAuthorized', change.action);
  measure('TimeToDecision', now.getTime() - Date.parse(change.createdAt));
  log.info('rescue confirmed', aboutChange(change));
  const [authorized = change] = transition.changes;
  await tellHold(readHold(holdItem), authorized);
  return authorized;
}
