import type { HoldStanding } from '../domain/approvers.ts';
import { ProblemError } from '../errors.ts';
import type { FoundChange } from '../repositories/items.ts';
import type { Uses } from '../world.ts';
import { holdStanding } from './hold-standing.ts';
import { findChange } from './read-change.ts';
import { settleChange } from './settle-change.ts';

/**
 * Reads a change of a company as it may be shown at that moment, and where it stands while it is held.
 *
 * @throws ProblemError `NOT_FOUND`.
 */
export async function getChange(
  world: Uses<'tables' | 'clock'>,
  companyId: string,
  changeId: string,
  now: Date,
): Promise<{ found: FoundChange; standing: HoldStanding | undefined }> {
  const stored = await findChange(world, companyId, changeId);
  if (!stored) throw new ProblemError('NOT_FOUND');
  const found = { ...stored, change: await settleChange(world, stored.change, now) };
  return { found, standing: await holdStanding(world, found.change, now) };
}
