import type { EventQuery } from './api-types.ts';
import { readDayRange } from './day-range.ts';

/** The filters of the company's record, by their names in the address. */
export const EVENT_FILTERS = ['tipo', 'token', 'de', 'hasta'] as const;
export type EventFilterValues = Readonly<Record<(typeof EVENT_FILTERS)[number], string>>;

type EventType = NonNullable<EventQuery['type']>;

export const EVENT_TYPES: readonly EventType[] = [
  'TOKEN_CREATED',
  'HOLDER_UPDATED',
  'ACTIVATION_CODE_CREATED',
  'TOKEN_ENROLLED',
  'PHYSICAL_TOKEN_DISABLED',
  'CHANGE_REQUESTED',
  'CHANGE_AUTHORIZED',
  'CHANGE_REJECTED',
  'CHANGE_EXPIRED',
  'CHANGE_CANCELLED',
  'CHANGE_SUPERSEDED',
  'CHANGE_APPLIED',
  'SUSPENSION_CLEARED',
  'COMPANY_CREATED',
  'COMPANY_FOUND',
  'COMPANY_RENAMED',
  'POLICY_CHANGED',
  'ADMINISTRATOR_ADDED',
  'ADMINISTRATOR_REMOVED',
  'USER_ENABLED',
  'USER_DISABLED',
  'SIGN_IN_CHANGED',
  'NOTICE_ADDRESS_CHANGED',
];

/** Builds the question for the service; a filter that the page does not know is none. */
export function buildEventQuery({ tipo, token, de, hasta }: EventFilterValues): EventQuery {
  const type = EVENT_TYPES.find((each) => each === tipo);
  return { ...(type ? { type } : {}), ...(token ? { tokenId: token } : {}), ...readDayRange(de, hasta) };
}
