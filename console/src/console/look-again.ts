const FIRST_MS = 1_500;
const LONGEST_MS = 6_000;

/**
 * How long to wait before a change's status is looked at again: the longer the more often nothing had happened. What is
 * being applied is looked at soon, for that takes no person.
 */
export function lookAgainMs(status: 'PENDING_AUTHORIZATION' | 'AUTHORIZED', looks: number): number {
  if (status === 'AUTHORIZED') return FIRST_MS;
  return Math.min(LONGEST_MS, FIRST_MS * 1.5 ** Math.max(0, looks - 1));
}
