import type { Action, Me, Reason, Token } from './api-types.ts';

/** True where the service would refuse the request, since nobody could authorize it. */
export function isDeadEnd(token: Token, action: Action | null, reason: Reason | undefined): boolean {
  if (action === null || action === 'BLOCK') return false;
  return reason?.holderExcluded ? token.leavesNobody : !token.authorizable;
}

/** The token is blocked, and nobody could authorize that it is unblocked or released. */
export function isStuck(token: Token): boolean {
  return token.status === 'BLOCKED' && !token.authorizable;
}

/** Who may create the token's activation code: this person, for one's own token only up to a moment, or another. */
export type ActivationRight = { kind: 'mine'; until: string | null } | { kind: 'another' } | { kind: 'none' };

/** The right of this person to the token's activation code now. */
export function activationRight(token: Token, me: Me | undefined, now: number): ActivationRight {
  const enrollable = token.status === 'PENDING_ENROLLMENT' || token.status === 'RELEASED';
  if (!enrollable || !me) return { kind: 'none' };
  if (token.holder.userId !== me.user.userId) return { kind: 'mine', until: null };
  const until = token.ownActivationUntil;
  return until !== null && now <= Date.parse(until) ? { kind: 'mine', until } : { kind: 'another' };
}
