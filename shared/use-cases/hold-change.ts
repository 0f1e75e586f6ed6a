import { changeStatusAt, type HoldInput, isHeld } from '../domain/change.ts';
import { StaleDecisionError } from '../errors.ts';
import { holdWrites, type Prompt, storeTaskToken } from '../repositories/holds.ts';
import { changes } from '../repositories/items.ts';
import type { Uses } from '../world.ts';
import { isUnprompted } from './ensure-waiting.ts';
import { notifyApprovers } from './notify-approvers.ts';
import { measurePrompt, promptApprovers, storePromptResult } from './prompt-approvers.ts';

type World = Uses<'tables' | 'workflow' | 'push' | 'clock', 'pushesPerDevice'>;

/** The workflow's input of a hold, and the token by which its task is answered. */
export type HeldTask = HoldInput & { readonly taskToken: string };

/**
 * Starts the wait: wakes up the approvers, and stores the task token and what became of the prompt, if the change still
 * waits. One that is decided already is answered here, for whoever decided it found no task token.
 */
export async function holdChange(world: World, task: HeldTask): Promise<void> {
  const { changeId, companyId, taskToken } = task;
  const prompt = await promptAhead(world, task);
  if (prompt && (await storeHold(world, task, prompt))) return;
  const hold = await storeTaskToken(world.tables, changeId, taskToken);
  const { change } = await world.tables.read({ change: changes.at(companyId, changeId) });
  if (!change || !isHeld(change)) throw new Error('The change to hold is missing');

  const status = changeStatusAt(change, world.clock.now());
  if (status !== 'PENDING_AUTHORIZATION') await world.workflow.answer(taskToken, { changeId, status });
  else if (prompt) await storePromptResult(world, change, prompt);
  else if (hold?.notification === 'PENDING') await promptApprovers(world, change);
}

/** Prompts before the change is read, by what the workflow knows of it; not where that says that nobody is to be. */
async function promptAhead(world: World, task: HeldTask): Promise<Prompt | undefined> {
  const { asked, expiresAt } = task;
  if (!asked || expiresAt <= world.clock.now().toISOString()) return undefined;
  return notifyApprovers(world, { ...task, asked });
}

/**
 * Stores the first prompt of a change that still waits, with the task token, in one transaction. It also has the
 * reconciler look at the change next when its time is over, unless another prompt may be needed before.
 *
 * @returns false where the change waits no more, or was prompted before.
 */
async function storeHold(world: World, task: HeldTask, { notification, passing }: Prompt): Promise<boolean> {
  const hold = { taskToken: task.taskToken, notification, passing, prompts: 1 };
  try {
    await world.tables.transact(holdWrites(task, hold, isUnprompted(hold) ? undefined : task.expiresAt));
  } catch (error) {
    if (error instanceof StaleDecisionError) return false;
    throw error;
  }
  measurePrompt(world, task, { notification, first: true });
  return true;
}
