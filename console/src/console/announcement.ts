import type { ChangeStatus } from './api-types.ts';

/** A minute in which whoever listens can still act. */
const LAST_SECONDS = 60;

/** The words about a change for whoever listens to its page. */
export type Announcement = { readonly status: ChangeStatus; readonly lastMinute: boolean };

/** Its status when it appears and when it becomes another; of a held change, once more when a minute is left. */
export function announce(status: ChangeStatus, expiresAt: string | undefined, now: number): Announcement {
  const left = (Date.parse(expiresAt ?? '') - now) / 1000;
  return { status, lastMinute: status === 'PENDING_AUTHORIZATION' && left > 0 && left <= LAST_SECONDS };
}
