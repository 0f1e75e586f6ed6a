import { changeStatusAt, isHeld } from '../domain/change.ts';
import { storeTaskToken } from '../repositories/holds.ts';
import { readChange } from '../repositories/items.ts';
import { changeKey } from '../repositories/keys.ts';
import { getAll } from '../repositories/table.ts';
import { answerHold, type ChangeReference } from '../workflow.ts';
import { promptApprovers } from './prompt-approvers.ts';

/**
 * Starts the wait: stores the task token, then reads the change; one that is decided already is answered here, for
 * whoever decided it found no task token. Otherwise its approvers are woken up, unless they were already.
 */
export async function holdChange(reference: ChangeReference & { taskToken: string }): Promise<void> {
  const { changeId, companyId, taskToken } = reference;
  const hold = await storeTaskToken(changeId, taskToken);
  const [item] = await getAll([changeKey(companyId, changeId)]);
  const change = readChange(item);
  if (!change || !isHeld(change)) throw new Error('The change to hold is missing');

  const status = changeStatusAt(change, new Date());
  if (status !== 'PENDING_AUTHORIZATION') await answerHold(taskToken, { changeId, status });
  else if (hold?.notification === 'PENDING') await promptApprovers(change);
}
