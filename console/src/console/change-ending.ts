import type { TFunction } from 'i18next';
import { nameFully } from '../../../shared/domain/full-name.ts';
import type { Change, Token } from './api-types.ts';
import { isDeadEnd } from './who-is-left.ts';

/** Which ending it was: the cause, or where an earlier change does not tell it, the status. */
export function describeEnding({ status, action, outcome }: Pick<Change, 'status' | 'action' | 'outcome'>): string {
  if (status === 'APPLIED') return `APPLIED_${action}`;
  return outcome?.cause ?? status;
}

/** Tells which ending it was and, where it is known, by whom. */
export function tellEnding(
  change: Pick<Change, 'status' | 'action' | 'outcome' | 'requestedBy'>,
  t: TFunction,
): string {
  const ending = describeEnding(change);
  const by = change.outcome?.by;
  const requester = nameFully(change.requestedBy);
  const anonymous = t(`change.outcome.${ending}`, { requester, defaultValue: '' });
  return by ? t(`change.outcome.${ending}_by`, { name: nameFully(by), requester, defaultValue: anonymous }) : anonymous;
}

/** True where the same request of this person would not be refused at once, as far as a page can know. */
export function isRepeatable(
  { status, action, outcome, requestedBy }: Pick<Change, 'status' | 'action' | 'outcome' | 'requestedBy'>,
  token: Token | undefined,
  userId: string | undefined,
  now: number,
): boolean {
  if (!['EXPIRED', 'CANCELLED', 'REJECTED'].includes(status) || !token) return false;
  const until = outcome?.suspendedUntil;
  const suspended = until !== undefined && requestedBy.userId === userId && now < Date.parse(until);
  return !suspended && token.availableActions.includes(action) && !isDeadEnd(token, action, undefined);
}
