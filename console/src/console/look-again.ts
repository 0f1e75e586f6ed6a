/** Sooner, nobody has typed six digits on a phone. */
const FIRST_MS = 4_000;
const LONGEST_MS = 8_000;
/** A change that is being applied waits for no person. */
const APPLYING_MS = 1_500;

/**
 * Milliseconds to wait before a change's status is looked at again: the longer the more often nothing had happened, and
 * few where it is being applied.
 */
export function lookAgainMs(status: 'PENDING_AUTHORIZATION' | 'AUTHORIZED', looks: number): number {
  if (status === 'AUTHORIZED') return APPLYING_MS;
  return Math.min(LONGEST_MS, FIRST_MS * 1.5 ** Math.max(0, looks - 1));
}
