import { type Action, statusAt } from './change.ts';
import type { PendingChange, Token, TokenStatus, VirtualStatus } from './token.ts';

/** The actions that each state offers (docs/product.md); physical tokens have none. */
const OFFERED: Record<TokenStatus, readonly Action[]> = {
  PENDING_ENROLLMENT: ['BLOCK'],
  ACTIVE: ['RELEASE', 'BLOCK'],
  BLOCKED: ['RELEASE', 'UNBLOCK'],
  RELEASED: ['BLOCK'],
  ENABLED: [],
  DISABLED: [],
};

/** The change that still may have an effect on the token, if there is one: held ones only until they expire. */
export function livePendingChange(token: Token, now: Date): PendingChange | null {
  const pending = token.pendingChange;
  return pending && statusAt(pending, now) !== 'EXPIRED' ? pending : null;
}

/** The actions an administrator may request of the token now; a block is offered while any change is not yet applied. */
export function availableActions(token: Token, now: Date): readonly Action[] {
  return livePendingChange(token, now) ? ['BLOCK'] : OFFERED[token.status];
}

/** The token's state once a change is applied to it; throws where the state has no such action. */
export function statusAfter(token: Token, action: Action): VirtualStatus {
  switch (action) {
    case 'BLOCK':
      return 'BLOCKED';
    case 'RELEASE':
      if (token.status === 'ACTIVE' || token.status === 'BLOCKED') return 'RELEASED';
      break;
    case 'UNBLOCK':
      if (token.status === 'BLOCKED' && token.statusBeforeBlock) return token.statusBeforeBlock;
      break;
  }
  throw new Error(`A ${token.status} token has no ${action}`);
}
