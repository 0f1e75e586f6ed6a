import { type ChangeStatus, changeStatusAt } from '../domain/change.ts';
import { changes, type FoundChange, holds, notices } from '../repositories/items.ts';
import { changePage, type IndexPosition, type PageRange } from '../repositories/listings.ts';
import type { Uses } from '../world.ts';
import { settleChanges } from './settle-change.ts';

/** A page of changes as they were at the moment `now`, and where it ended if there is more. */
export interface ChangeList {
  readonly found: FoundChange[];
  readonly next: IndexPosition | undefined;
  readonly now: Date;
}

/** Lists a page of a company's changes, or of those in one state, newest first. */
export async function listChanges(
  world: Uses<'tables' | 'clock'>,
  filter: { readonly companyId: string; readonly status: ChangeStatus | undefined },
  range: PageRange,
): Promise<ChangeList> {
  const { companyId, status } = filter;
  const { ids, next } = await changePage(world.tables, filter, range);
  const read = await world.tables.read({
    changes: ids.map((changeId) => changes.at(companyId, changeId)),
    holds: ids.map((changeId) => holds.at(changeId)),
    notices: ids.map((changeId) => notices.at(changeId)),
  });
  const now = world.clock.now();
  const found = read.changes.flatMap((change, index) =>
    change ? [{ change, hold: read.holds[index], notices: read.notices[index] }] : [],
  );
  const settled = await settleChanges(world, found, now);
  return { found: settled.filter(({ change }) => !status || changeStatusAt(change, now) === status), next, now };
}
