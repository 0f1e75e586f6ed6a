import { type ChangeStatus, changeStatusAt, isHeld } from '../domain/change.ts';
import { close, SYSTEM } from '../domain/transitions.ts';
import { aboutChange, log } from '../logger.ts';
import { count } from '../metrics.ts';
import { decideAgain, transact } from '../repositories/table.ts';
import { writesOf } from '../repositories/writes.ts';
import type { ChangeReference } from '../workflow.ts';
import { findChange, tokenOf } from './read-change.ts';

/** The workflow's clock ran ahead: the change is not past its time yet, and the workflow asks again. */
export class NotExpiredYetError extends Error {
  override readonly name = 'NotExpiredYetError';
}

/**
 * Closes a held change that is past its time, and leaves any other as it is.
 *
 * @returns its status: `AUTHORIZED` where only the callback was lost, so that it is still to be applied.
 * @throws NotExpiredYetError while it may still be decided.
 */
export async function expireChange(reference: Pick<ChangeReference, 'companyId' | 'changeId'>): Promise<ChangeStatus> {
  return decideAgain(async () => {
    const found = await findChange(reference.companyId, reference.changeId);
    if (!found || !isHeld(found.change)) throw new Error('The change to expire is missing');
    const { change } = found;
    const now = new Date();
    if (change.status !== 'PENDING_AUTHORIZATION') return change.status;
    if (changeStatusAt(change, now) !== 'EXPIRED') throw new NotExpiredYetError('The change may still be decided');

    const context = { actor: SYSTEM, now, requestId: change.requestId };
    const outcome = { cause: 'EXPIRED', by: null } as const;
    await transact(writesOf(close(await tokenOf(change), change, outcome, context), now));
    count('ChangesExpired', change.action);
    log.info('change expired', aboutChange(change));
    return 'EXPIRED';
  });
}
