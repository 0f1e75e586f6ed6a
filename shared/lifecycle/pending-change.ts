import type { Change } from '../domain/change.ts';
import type { Token } from '../domain/token.ts';
import { type Hold, readChange, readHold } from '../repositories/items.ts';
import { changeKey, holdKey } from '../repositories/keys.ts';
import { getAll } from '../repositories/table.ts';

/** The change that the token still names, and its hold: it may be past its time and not written as such yet. */
export async function pendingOf(token: Token): Promise<{ change: Change; hold: Hold | undefined } | null> {
  if (!token.pendingChange) return null;
  const { changeId } = token.pendingChange;
  const [changeItem, holdItem] = await getAll([changeKey(token.companyId, changeId), holdKey(changeId)]);
  const change = readChange(changeItem);
  return change ? { change, hold: readHold(holdItem) } : null;
}
