import { type ChangeStatus, changeStatusAt, type HeldChange, isHeld } from '../domain/change.ts';
import type { Token } from '../domain/token.ts';
import { apply, SYSTEM, type Transition } from '../domain/transitions.ts';
import { isAdministrator, type User } from '../domain/user.ts';
import { StaleDecisionError } from '../errors.ts';
import { emit } from '../metrics.ts';
import { deleteActivation } from '../repositories/activations.ts';
import { checkUser } from '../repositories/checks.ts';
import { deleteApprover, putApprover, retireDevice } from '../repositories/device-writes.ts';
import { readToken, readUser } from '../repositories/items.ts';
import { tokenKey, userKey } from '../repositories/keys.ts';
import { decideAgain, getAll, type TransactItem, transact } from '../repositories/table.ts';
import { writesOf } from '../repositories/writes.ts';
import type { ChangeReference } from '../workflow.ts';
import { dropRetiredEndpoints } from './drop-endpoints.ts';
import { findChange } from './read-change.ts';

/**
 * Applies an authorized change: effect, record and status in one transaction. Repeatable: an applied change is
 * success, and what follows the transaction (a released phone's push endpoint) is done again until it is done.
 *
 * @returns the change's status: `APPLIED`, or what closed it before.
 */
export async function applyChange(reference: ChangeReference): Promise<ChangeStatus> {
  const { status, change } = await decideAgain(() => attempt(reference));
  if (status === 'APPLIED' && change.action === 'RELEASE') await dropRetiredEndpoints(change.holder.userId);
  return status;
}

async function attempt(reference: ChangeReference): Promise<{ status: ChangeStatus; change: HeldChange }> {
  const found = await findChange(reference.companyId, reference.changeId);
  if (!found || !isHeld(found.change)) throw new Error('The change to apply is missing');
  const { change } = found;
  const now = new Date();
  if (change.status !== 'AUTHORIZED') return { status: changeStatusAt(change, now), change };

  const { token, holder } = await subjectsOf(change);
  if (token.pendingChange?.changeId !== change.changeId) throw new StaleDecisionError('The token names another change');
  const transition = apply(token, change, { actor: SYSTEM, now, requestId: reference.requestId });
  await transact([...writesOf(transition, now), ...effects(token, holder, transition, now)]);

  emit('ChangesApplied', 1, change.action);
  emit('TimeToApply', now.getTime() - Date.parse(change.authorization.decidedAt ?? change.createdAt));
  if (token.sealedSeed && !transition.token.sealedSeed) emit('SeedsDestroyed');
  return { status: 'APPLIED', change };
}

async function subjectsOf({ companyId, tokenId, holder }: HeldChange): Promise<{ token: Token; holder: User }> {
  const [tokenItem, userItem] = await getAll([tokenKey(companyId, tokenId), userKey(holder.userId)]);
  const token = readToken(tokenItem);
  const user = readUser(userItem);
  if (!token || !user) throw new Error('The token or the holder of a change is missing');
  return { token, holder: user };
}

/** What else changes with the token: its phone, its codes, and whether its holder can authorize others' changes. */
function effects(before: Token, holder: User, { token: after }: Transition, now: Date): TransactItem[] {
  if (after.status === 'RELEASED' && after.device === null && before.status !== 'RELEASED') {
    return [
      ...(before.device ? [retireDevice(holder.userId, before.device.deviceId, now)] : []),
      deleteActivation(holder.userId),
      deleteApprover(holder),
    ];
  }
  const authorizes = after.status === 'ACTIVE' && after.device && isAdministrator(holder);
  return authorizes && after.device
    ? [putApprover(holder, after.device.deviceId), checkUser(holder, { administrator: true })]
    : [];
}
