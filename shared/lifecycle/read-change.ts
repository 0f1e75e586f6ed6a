import type { Token } from '../domain/token.ts';
import { correlate } from '../logger.ts';
import { type FoundChange, readChange, readHold, readNotices, readToken } from '../repositories/items.ts';
import { changeKey, holdKey, noticesKey, tokenKey } from '../repositories/keys.ts';
import { getAll } from '../repositories/table.ts';

/**
 * A change with what is kept beside it, strongly consistent; undefined where the company has none of that id. What is
 * logged from then on is of its story.
 */
export async function findChange(companyId: string, changeId: string): Promise<FoundChange | undefined> {
  const [changeItem, holdItem, noticesItem] = await getAll([
    changeKey(companyId, changeId),
    holdKey(changeId),
    noticesKey(changeId),
  ]);
  const change = readChange(changeItem);
  if (change) correlate(change);
  return change && { change, hold: readHold(holdItem), notices: readNotices(noticesItem) };
}

/** The token of a change, or the same token as it now is; one that is missing is a fault of the data. */
export async function tokenOf({ companyId, tokenId }: { companyId: string; tokenId: string }): Promise<Token> {
  const [item] = await getAll([tokenKey(companyId, tokenId)]);
  const token = readToken(item);
  if (!token) throw new Error('The token of a change is missing');
  return token;
}
