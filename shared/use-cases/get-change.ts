import type { HoldStanding } from '../domain/approvers.ts';
import { isHeld } from '../domain/change.ts';
import type { User } from '../domain/user.ts';
import { ProblemError } from '../errors.ts';
import { changes, type FoundChange, holds, notices } from '../repositories/items.ts';
import { correlate } from '../telemetry/log.ts';
import type { Uses } from '../world.ts';
import { holdStanding, standingReferences } from './hold-standing.ts';
import { readWithCaller } from './read-with-caller.ts';
import { settleChange } from './settle-change.ts';

/**
 * Reads a change of an administrator's company as it may be shown at that moment, and where it stands while it is held.
 * Whoever looks again is answered by one read.
 *
 * @throws ProblemError `USER_DISABLED`, `ADMINISTRATOR_ONLY`, `NOT_FOUND`.
 */
export async function getChange(
  world: Uses<'tables' | 'ahead' | 'clock'>,
  reader: Pick<User, 'userId'>,
  changeId: string,
  now: Date,
): Promise<{ caller: User; found: FoundChange; standing: HoldStanding | undefined }> {
  const concerned = world.ahead.concernedBy(changeId);
  const { caller, read } = await readWithCaller(world, reader, 'ADMINISTRATOR', (companyId) => ({
    change: changes.at(companyId, changeId),
    hold: holds.at(changeId),
    notices: notices.at(changeId),
    ...standingReferences(companyId, concerned),
  }));
  if (!read.change) throw new ProblemError('NOT_FOUND');
  correlate(read.change);
  const change = await settleChange(world, read.change, now);
  const found = { change, hold: read.hold, notices: read.notices };
  if (!isHeld(change)) return { caller, found, standing: undefined };
  world.ahead.noteChange(change);
  return { caller, found, standing: await holdStanding(world, change, now, concerned && read) };
}
