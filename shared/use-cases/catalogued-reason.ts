import type { Action } from '../domain/change.ts';
import { findReason, type Reason } from '../domain/reasons.ts';
import { validationFailed } from '../errors.ts';

/**
 * The reason from the catalogue, with the note it requires.
 *
 * @throws ProblemError `VALIDATION_FAILED`.
 */
export function cataloguedReason(request: { action: Action; reason: string; note: string | null }): Reason {
  const reason = findReason(request.action, request.reason);
  if (!reason) {
    throw validationFailed({
      path: 'reason',
      message: 'No es una causal de esta acción · Not a reason of this action',
    });
  }
  if (reason.noteRequired && request.note === null) {
    throw validationFailed({ path: 'note', message: 'Esta causal requiere una nota · This reason requires a note' });
  }
  return reason;
}
