import { type ChangeReference, changeStatusAt, type HeldChange, isHeld } from '../domain/change.ts';
import type { Token } from '../domain/token.ts';
import { apply, SYSTEM, type Transition } from '../domain/transitions.ts';
import { isAdministrator } from '../domain/user.ts';
import { StaleDecisionError } from '../errors.ts';
import { checkUser } from '../repositories/checks.ts';
import { deleteApprover, putApprover, retireDevice } from '../repositories/device-writes.ts';
import { changes, tokens, users } from '../repositories/items.ts';
import { deleteSeed } from '../repositories/seeds.ts';
import { isStaleAt, type Tables, type Write } from '../repositories/tables.ts';
import { transitionWrites } from '../repositories/writes.ts';
import { aboutChange, log } from '../telemetry/log.ts';
import { count, judgeObjective, measure } from '../telemetry/metrics.ts';
import type { Uses } from '../world.ts';
import { assertPending } from './assert-pending.ts';
import type { Ended } from './expire-change.ts';

/** Nobody has authorized the change: whoever asks to apply it errs, and another try would find the same. */
export class NotAuthorizedError extends Error {
  override readonly name = 'NotAuthorizedError';
}

/**
 * Applies an authorized change: effect, record and status in one transaction. Repeatable: an applied change is success.
 * A release deletes the sealed seed unread: with a phone it expects one, without a phone none, and the transaction says
 * so where it is otherwise. The released phone's push endpoint is dropped by whoever reads the record's stream.
 *
 * @param runs whether the change's execution may still run then, and is to be looked after.
 * @returns the change's status: `APPLIED`, or what closed it before.
 * @throws NotAuthorizedError while it waits to be authorized.
 */
export async function applyChange(
  world: Uses<'tables' | 'clock'>,
  reference: ChangeReference,
  { runs = false }: { runs?: boolean } = {},
): Promise<Ended> {
  const found: FoundSeed = {};
  return world.tables.decideAgain(() => applyOnce(world, reference, found, runs));
}

/** Tells later tries whether an earlier one found a seed to delete. */
type FoundSeed = { isThere?: boolean };

async function applyOnce(
  { tables, clock }: Uses<'tables' | 'clock'>,
  reference: ChangeReference,
  found: FoundSeed,
  runs: boolean,
): Promise<Ended> {
  const { change, token } = await readSubjects(tables, reference);
  const now = clock.now();
  if (change.status !== 'AUTHORIZED') {
    const status = changeStatusAt(change, now);
    if (status === 'PENDING_AUTHORIZATION') throw new NotAuthorizedError();
    return { status, written: false };
  }
  assertPending(token, change);
  const released = change.action === 'RELEASE';
  const seedDestroyed = released && (found.isThere ?? token.device !== null);
  const context = { actor: SYSTEM, now, requestId: reference.requestId };
  const transition = apply(token, change, context, { seedDestroyed, runs });
  const seed = released ? [deleteSeed(token.tokenId, { isThere: seedDestroyed })] : [];
  try {
    await tables.transact([
      ...seed,
      ...transitionWrites(transition, now),
      ...(await effects(tables, token, transition, now)),
    ]);
  } catch (error) {
    if (released && isStaleAt(0, error)) found.isThere = !seedDestroyed;
    // Somebody else wrote meanwhile: that is decided again, and is no failure.
    if (!(error instanceof StaleDecisionError)) count('ChangesFailed', change.action);
    throw error;
  }

  const elapsedMs = clock.now().getTime() - Date.parse(change.authorization.decidedAt ?? change.createdAt);
  count('ChangesApplied', change.action);
  measure('TimeToApply', elapsedMs);
  judgeObjective('ApplyObjective', elapsedMs);
  log.info('change applied', { ...aboutChange(change), durationMs: elapsedMs });
  if (seedDestroyed) count('SeedsDestroyed');
  return { status: 'APPLIED', written: true };
}

async function readSubjects(
  tables: Tables,
  { companyId, changeId, tokenId }: ChangeReference,
): Promise<{ change: HeldChange; token: Token }> {
  const { change, token } = await tables.read({
    change: changes.at(companyId, changeId),
    token: tokens.at(companyId, tokenId),
  });
  if (!change || !isHeld(change) || !token) throw new Error('The change to apply, or its token, is missing');
  return { change, token };
}

/**
 * Writes what else changes with the token: its phone, and whether its holder can authorize others' changes. There is no
 * activation code to void: only a token that can be enrolled has one.
 */
async function effects(tables: Tables, before: Token, { token: after }: Transition, now: Date): Promise<Write[]> {
  const { companyId, holder } = before;
  if (after.status === 'RELEASED' && before.pendingChange?.action === 'RELEASE') {
    return [
      ...(before.device ? [retireDevice(holder.userId, before.device.deviceId, now)] : []),
      ...(holder.role === 'ADMINISTRATOR' ? [deleteApprover({ companyId, userId: holder.userId })] : []),
    ];
  }
  if (after.status !== 'ACTIVE' || !after.device) return [];
  const { user } = await tables.read({ user: users.at(holder.userId) });
  if (!user) throw new Error('The holder of a token is missing');
  return isAdministrator(user)
    ? [putApprover(user, after.device.deviceId), checkUser(user, { administrator: true })]
    : [];
}
