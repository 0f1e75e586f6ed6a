import type { Change } from '../domain/change.ts';
import type { Token } from '../domain/token.ts';
import { changes, type Hold, holds } from '../repositories/items.ts';
import type { Uses } from '../world.ts';

/** Finds the change that the token still names, and its hold: it may be past its time and not written as such yet. */
export async function findPendingChange(
  { tables }: Uses<'tables'>,
  token: Token,
): Promise<{ change: Change; hold: Hold | undefined } | null> {
  if (!token.pendingChange) return null;
  const { changeId } = token.pendingChange;
  const { change, hold } = await tables.read({
    change: changes.at(token.companyId, changeId),
    hold: holds.at(changeId),
  });
  return change ? { change, hold } : null;
}
