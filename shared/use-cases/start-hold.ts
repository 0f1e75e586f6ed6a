import { type Change, isHeld } from '../domain/change.ts';
import { aboutChange, log } from '../telemetry/log.ts';
import type { Uses } from '../world.ts';

/**
 * Starts the execution that holds a change. The change is committed already: where the engine refuses, the answer is the
 * same and the reconciler starts it.
 */
export async function startHold({ workflow }: Uses<'workflow'>, change: Change): Promise<void> {
  if (!isHeld(change)) return;
  try {
    await workflow.start(change);
  } catch (error) {
    log.warn('hold not started; the reconciler will', aboutChange(change), error);
  }
}
