import type { Change } from '../domain/change.ts';
import type { Token } from '../domain/token.ts';
import { type Hold, readChange, readHold, readToken } from '../repositories/items.ts';
import { changeKey, holdKey, tokenKey } from '../repositories/keys.ts';
import { getAll } from '../repositories/table.ts';

/** A change with its hold, strongly consistent; undefined where the company has none of that id. */
export async function findChange(
  companyId: string,
  changeId: string,
): Promise<{ change: Change; hold: Hold | undefined } | undefined> {
  const [changeItem, holdItem] = await getAll([changeKey(companyId, changeId), holdKey(changeId)]);
  const change = readChange(changeItem);
  return change && { change, hold: readHold(holdItem) };
}

/** The token of a change; a change without its token is a fault of the data. */
export async function tokenOf({ companyId, tokenId }: Change): Promise<Token> {
  const [item] = await getAll([tokenKey(companyId, tokenId)]);
  const token = readToken(item);
  if (!token) throw new Error('The token of a change is missing');
  return token;
}
