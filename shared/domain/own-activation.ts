import type { Token } from './token.ts';

/** Milliseconds after their own phone authorized its release in which administrators may create their own code. */
const OWN_RELEASE_MS = 30 * 60_000;

/**
 * The last moment at which the holder may create the activation code of this token of their own; null where never.
 * Whoever holds the web session held the phone as well when it authorized the release.
 */
export function ownActivationUntil({ status, holder, lastRelease }: Token): string | null {
  if (status !== 'RELEASED' || lastRelease?.authorizedBy !== holder.userId) return null;
  return new Date(Date.parse(lastRelease.authorizedAt) + OWN_RELEASE_MS).toISOString();
}
