import { type ChangeReference, type ChangeStatus, changeStatusAt, isHeld } from '../domain/change.ts';
import { close, SYSTEM } from '../domain/transitions.ts';
import { transitionWrites } from '../repositories/writes.ts';
import { aboutChange, log } from '../telemetry/log.ts';
import { count } from '../telemetry/metrics.ts';
import type { Uses } from '../world.ts';
import { findChange, readTokenOfChange } from './read-change.ts';

/** The workflow's clock ran ahead: the change is not past its time yet, and the workflow asks again. */
export class NotExpiredYetError extends Error {
  override readonly name = 'NotExpiredYetError';
}

/** A change's status, and whether this call wrote it: somebody else may have been faster. */
export interface Ended {
  readonly status: ChangeStatus;
  readonly written: boolean;
}

/**
 * Closes a held change that is past its time, and leaves any other as it is.
 *
 * @returns its status: `AUTHORIZED` where only the callback was lost, so that it is still to be applied.
 * @throws NotExpiredYetError while it may still be decided.
 */
export async function expireChange(
  world: Uses<'tables' | 'clock'>,
  { companyId, changeId }: Pick<ChangeReference, 'companyId' | 'changeId'>,
): Promise<Ended> {
  const { tables, clock } = world;
  return tables.decideAgain(async () => {
    const found = await findChange(world, companyId, changeId);
    if (!found || !isHeld(found.change)) throw new Error('The change to expire is missing');
    const { change } = found;
    const now = clock.now();
    if (change.status !== 'PENDING_AUTHORIZATION') return { status: change.status, written: false };
    if (changeStatusAt(change, now) !== 'EXPIRED') throw new NotExpiredYetError('The change may still be decided');

    const context = { actor: SYSTEM, now, requestId: change.requestId };
    const token = await readTokenOfChange(world, change);
    await tables.transact(transitionWrites(close(token, change, { cause: 'EXPIRED', by: null }, context), now));
    count('ChangesExpired', change.action);
    log.info('change expired', aboutChange(change));
    return { status: 'EXPIRED', written: true };
  });
}
