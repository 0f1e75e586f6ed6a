import type { Change } from '../domain/change.ts';
import { type Hold, holds } from '../repositories/items.ts';
import { log } from '../telemetry/log.ts';
import type { Uses } from '../world.ts';

/**
 * Answers the waiting execution with the outcome of its change, once that is written. If there was no task token when
 * the change was read, it is read again. The hold stores its token before it reads the change, so of a hold and a
 * decision at the same moment one always sees the other. Never throws: what is decided stays decided.
 */
export async function answerTask(
  world: Uses<'tables' | 'workflow'>,
  hold: Hold | undefined,
  change: Pick<Change, 'changeId' | 'status'>,
): Promise<void> {
  await world.workflow.answer(hold?.taskToken ?? (await readTaskToken(world, change.changeId)), change);
}

async function readTaskToken({ tables }: Uses<'tables'>, changeId: string): Promise<string | undefined> {
  try {
    const { hold } = await tables.read({ hold: holds.at(changeId) });
    return hold?.taskToken;
  } catch (error) {
    log.warn('hold not found; the reconciler will see to it', { changeId }, error);
    return undefined;
  }
}
