import type { Change } from '../domain/change.ts';
import type { Token } from '../domain/token.ts';
import { changes, type FoundChange, holds, notices, tokens } from '../repositories/items.ts';
import { correlate } from '../telemetry/log.ts';
import type { Uses } from '../world.ts';

/**
 * Reads a change with what is kept beside it, strongly consistent; undefined where the company has none of that id.
 * All that is logged from then on is of its story.
 */
export async function findChange(
  { tables }: Uses<'tables'>,
  companyId: string,
  changeId: string,
): Promise<FoundChange | undefined> {
  const { change, ...beside } = await tables.read({
    change: changes.at(companyId, changeId),
    hold: holds.at(changeId),
    notices: notices.at(changeId),
  });
  if (change) correlate(change);
  return change && { change, ...beside };
}

/** Reads the token of a change; a change without its token is a fault of the data. */
export async function readTokenOfChange(
  { tables }: Uses<'tables'>,
  { companyId, tokenId }: Pick<Change, 'companyId' | 'tokenId'>,
): Promise<Token> {
  const { token } = await tables.read({ token: tokens.at(companyId, tokenId) });
  if (!token) throw new Error('The token of a change is missing');
  return token;
}
