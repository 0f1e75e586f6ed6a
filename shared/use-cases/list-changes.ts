import { type Action, type ChangeStatus, changeStatusAt } from '../domain/change.ts';
import { changes, type FoundChange, holds, notices } from '../repositories/items.ts';
import { changePage, cutPage, type IndexPosition, type PageRange, type TimeRange } from '../repositories/listings.ts';
import { tokenChangePage } from '../repositories/record.ts';
import type { Uses } from '../world.ts';
import { settleChanges } from './settle-change.ts';

/** The part of a company's changes that is listed; a time is that of the request. */
export interface ChangeFilter extends TimeRange {
  readonly companyId: string;
  readonly status?: ChangeStatus | undefined;
  readonly action?: Action | undefined;
  readonly reason?: string | undefined;
  readonly tokenId?: string | undefined;
}

/** A page of changes as they were at the moment `now`, and where it ended if there is more. */
export interface ChangeList {
  readonly found: FoundChange[];
  readonly next: IndexPosition | undefined;
  readonly now: Date;
}

/** Changes that one page looks at where not every one is listed. */
const LOOKED_AT = 100;

/** Lists a page of a company's changes, newest first: one token's by its record, all others by an index. */
export async function listChanges(
  world: Uses<'tables' | 'clock'>,
  filter: ChangeFilter,
  { limit, after }: PageRange,
): Promise<ChangeList> {
  const { companyId, status, action, reason, tokenId } = filter;
  const narrows = action !== undefined || reason !== undefined || tokenId !== undefined;
  const range = { limit: narrows ? LOOKED_AT : limit, after };
  const page =
    tokenId === undefined
      ? await changePage(world.tables, filter, range)
      : await tokenChangePage(world.tables, { ...filter, tokenId }, range);
  const read = await world.tables.read({
    changes: page.ids.map((changeId) => changes.at(companyId, changeId)),
    holds: page.ids.map((changeId) => holds.at(changeId)),
    notices: page.ids.map((changeId) => notices.at(changeId)),
  });
  const now = world.clock.now();
  const looked = read.changes.flatMap((change, index) =>
    change ? [{ change, hold: read.holds[index], notices: read.notices[index], position: page.positions[index] }] : [],
  );
  const asked = looked.filter(
    ({ change }) => (!action || change.action === action) && (!reason || change.reason === reason),
  );
  // To be left out of those that wait says that it is over, too.
  const settled = await settleChanges(world, asked, now);
  const listed = settled.filter(({ change }) => !status || changeStatusAt(change, now) === status);
  return { ...cutPage(listed, limit, ({ position }) => position, page.next), now };
}
