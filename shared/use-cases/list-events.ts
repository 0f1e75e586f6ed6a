import { ProblemError } from '../errors.ts';
import { tokens } from '../repositories/items.ts';
import { type EventList, type EventPosition, eventPage } from '../repositories/record.ts';
import type { Uses } from '../world.ts';

/**
 * Refuses to list the record of a token that the company does not have.
 *
 * @throws ProblemError `NOT_FOUND`.
 */
export async function assertToken({ tables }: Uses<'tables'>, companyId: string, tokenId: string): Promise<void> {
  const { token } = await tables.read({ token: tokens.at(companyId, tokenId) });
  if (!token) throw new ProblemError('NOT_FOUND');
}

/** Lists a page of a token's record, newest first. */
export function listEvents(
  { tables }: Uses<'tables'>,
  token: { readonly companyId: string; readonly tokenId: string },
  range: { readonly limit: number; readonly after: EventPosition | undefined },
): Promise<EventList> {
  return eventPage(tables, token, range);
}
