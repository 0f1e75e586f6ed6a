import type { HeldChange } from '../domain/change.ts';
import { aboutChange, log } from '../logger.ts';
import { count, judgeObjective, measure } from '../metrics.ts';
import { storePrompt } from '../repositories/holds.ts';
import type { NotificationStatus } from '../repositories/items.ts';
import { notifyApprovers } from './notify-approvers.ts';

/** Wakes the approvers' phones up and stores what became of it. Repeatable: a phone's budget is taken once per change. */
export async function promptApprovers(change: HeldChange): Promise<NotificationStatus> {
  const prompt = await notifyApprovers(change);
  const isFirst = await storePrompt(change.changeId, prompt);
  if (isFirst) count('ChangesHeld', change.action);
  measurePush(prompt.notification, Date.now() - Date.parse(change.createdAt));
  log.info('change held', { ...aboutChange(change), status: prompt.notification });
  return prompt.notification;
}

/** What is over a phone's budget was not to be pushed, and says nothing of how soon that is done. */
function measurePush(notification: NotificationStatus, elapsedMs: number): void {
  if (notification === 'SENT') measure('TimeToPush', elapsedMs);
  if (notification !== 'NOT_NEEDED') judgeObjective('PushObjective', notification === 'SENT' ? elapsedMs : undefined);
}
