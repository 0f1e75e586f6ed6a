import type { HeldChange } from '../domain/change.ts';
import { storePrompt } from '../repositories/holds.ts';
import type { NotificationStatus } from '../repositories/items.ts';
import { aboutChange, log } from '../telemetry/log.ts';
import { count, judgeObjective, measure } from '../telemetry/metrics.ts';
import type { Uses } from '../world.ts';
import { notifyApprovers } from './notify-approvers.ts';

/**
 * Wakes the approvers' phones up and stores what became of it. Repeatable: a phone's budget is taken once per change.
 *
 * @returns whether this prompt reached them, and no other had before.
 */
export async function promptApprovers(
  world: Uses<'tables' | 'push' | 'clock', 'pushesPerDevice'>,
  change: HeldChange,
): Promise<boolean> {
  const prompt = await notifyApprovers(world, change);
  const { stored, first } = await storePrompt(world.tables, change.changeId, prompt);
  if (first) count('ChangesHeld', change.action);
  measurePush(prompt.notification, world.clock.now().getTime() - Date.parse(change.createdAt));
  log.info('change held', { ...aboutChange(change), status: prompt.notification });
  return stored && prompt.notification === 'SENT';
}

/** Measures how soon it was pushed; a prompt over a phone's budget was not to be pushed, and says nothing of that. */
function measurePush(notification: NotificationStatus, elapsedMs: number): void {
  if (notification === 'SENT') measure('TimeToPush', elapsedMs);
  if (notification !== 'NOT_NEEDED') judgeObjective('PushObjective', notification === 'SENT' ? elapsedMs : undefined);
}
