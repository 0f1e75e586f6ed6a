import { type ChangeReference, changeStatusAt, isHeld } from '../domain/change.ts';
import { storeTaskToken } from '../repositories/holds.ts';
import { changes } from '../repositories/items.ts';
import type { Uses } from '../world.ts';
import { promptApprovers } from './prompt-approvers.ts';

/**
 * Starts the wait: stores the task token, then reads the change; one that is decided already is answered here, for
 * whoever decided it found no task token. Otherwise its approvers are woken up, unless they were already.
 */
export async function holdChange(
  world: Uses<'tables' | 'workflow' | 'push' | 'clock', 'pushesPerDevice'>,
  reference: ChangeReference & { taskToken: string },
): Promise<void> {
  const { changeId, companyId, taskToken } = reference;
  const hold = await storeTaskToken(world.tables, changeId, taskToken);
  const { change } = await world.tables.read({ change: changes.at(companyId, changeId) });
  if (!change || !isHeld(change)) throw new Error('The change to hold is missing');

  const status = changeStatusAt(change, world.clock.now());
  if (status !== 'PENDING_AUTHORIZATION') await world.workflow.answer(taskToken, { changeId, status });
  else if (hold?.notification === 'PENDING') await promptApprovers(world, change);
}
