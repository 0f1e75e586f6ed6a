import type { Token } from '../domain/token.ts';
import { StaleDecisionError } from '../errors.ts';

/**
 * The token, if it still names this change; otherwise what was read is old.
 *
 * @throws StaleDecisionError
 */
export function assertPending(token: Token, { changeId }: { readonly changeId: string }): Token {
  if (token.pendingChange?.changeId !== changeId) throw new StaleDecisionError('The token names another change');
  return token;
}
