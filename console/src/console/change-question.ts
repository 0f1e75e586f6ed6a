import type { Action, ChangeQuery, ChangeStatus } from './api-types.ts';
import { readDayRange } from './day-range.ts';

/** The filters of the list of changes, by their names in the address. */
export const CHANGE_FILTERS = ['estado', 'accion', 'causal', 'token', 'de', 'hasta'] as const;
export type ChangeFilterValues = Readonly<Record<(typeof CHANGE_FILTERS)[number], string>>;

export const ACTIONS: readonly Action[] = ['RELEASE', 'BLOCK', 'UNBLOCK'];
export const CHANGE_STATUSES: readonly ChangeStatus[] = [
  'PENDING_AUTHORIZATION',
  'AUTHORIZED',
  'APPLIED',
  'REJECTED',
  'EXPIRED',
  'CANCELLED',
  'SUPERSEDED',
  'FAILED',
];

/** Builds the question for the service; a filter that the page does not know is none. */
export function buildChangeQuery({ estado, accion, causal, token, de, hasta }: ChangeFilterValues): ChangeQuery {
  const status = CHANGE_STATUSES.find((each) => each === estado);
  const action = ACTIONS.find((each) => each === accion);
  return {
    ...(status ? { status } : {}),
    ...(action ? { action } : {}),
    ...(/^[A-Z_]{1,40}$/.test(causal) ? { reason: causal } : {}),
    ...(token ? { tokenId: token } : {}),
    ...readDayRange(de, hasta),
  };
}
