import type { Change } from '../domain/change.ts';
import { log } from '../logger.ts';
import { type Hold, readHold } from '../repositories/items.ts';
import { holdKey } from '../repositories/keys.ts';
import { getAll } from '../repositories/table.ts';
import { answerHold } from '../workflow.ts';

/**
 * Tells the waiting execution what became of its change, once that is written. Where no task token was there when the
 * change was read, it is looked for again: the hold stores its token first and reads the change then, so that of a
 * hold and a decision at the same moment one always sees the other. Never throws: what is decided stays decided.
 */
export async function tellHold(hold: Hold | undefined, change: Pick<Change, 'changeId' | 'status'>): Promise<void> {
  await answerHold(hold?.taskToken ?? (await storedTaskToken(change.changeId)), change);
}

async function storedTaskToken(changeId: string): Promise<string | undefined> {
  try {
    const [item] = await getAll([holdKey(changeId)]);
    return readHold(item)?.taskToken;
  } catch (error) {
    log.warn('hold not found; the reconciler will see to it', { changeId }, error);
    return undefined;
  }
}
