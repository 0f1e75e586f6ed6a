import { type HeldChange, promptedPhones } from '../domain/change.ts';
import { type Prompt, storePrompt } from '../repositories/holds.ts';
import type { NotificationStatus } from '../repositories/items.ts';
import { aboutChange, log } from '../telemetry/log.ts';
import { count, judgeObjective, measure } from '../telemetry/metrics.ts';
import type { Uses } from '../world.ts';
import { notifyApprovers } from './notify-approvers.ts';

type AboutHold = Pick<HeldChange, 'changeId' | 'companyId' | 'tokenId' | 'action' | 'createdAt'>;

/**
 * Wakes the approvers' phones up and stores what became of it. Repeatable: a phone's budget is taken once per change.
 *
 * @returns whether this prompt reached them, and no other had before.
 */
export async function promptApprovers(
  world: Uses<'tables' | 'push' | 'clock', 'pushesPerDevice'>,
  change: HeldChange,
): Promise<boolean> {
  const { changeId, authorization } = change;
  const prompted = { changeId, expiresAt: authorization.expiresAt, asked: promptedPhones(change) };
  return storePromptResult(world, change, await notifyApprovers(world, prompted));
}

/**
 * Stores what became of a prompt of a change that waits.
 *
 * @returns whether it reached its approvers, and no other had before.
 */
export async function storePromptResult(
  world: Uses<'tables' | 'clock'>,
  change: AboutHold,
  prompt: Prompt,
): Promise<boolean> {
  const { stored, first } = await storePrompt(world.tables, change.changeId, prompt);
  measurePrompt(world, change, { notification: prompt.notification, first });
  return stored && prompt.notification === 'SENT';
}

/** Counts and measures a prompt. */
export function measurePrompt(
  { clock }: Uses<'clock'>,
  change: AboutHold,
  { notification, first }: { notification: NotificationStatus; first: boolean },
): void {
  if (first) count('ChangesHeld', change.action);
  measurePush(notification, clock.now().getTime() - Date.parse(change.createdAt));
  log.info('change held', { ...aboutChange(change), status: notification });
}

/** Measures how soon it was pushed; a prompt over a phone's budget was not to be pushed, and says nothing of that. */
function measurePush(notification: NotificationStatus, elapsedMs: number): void {
  if (notification === 'SENT') measure('TimeToPush', elapsedMs);
  if (notification !== 'NOT_NEEDED') judgeObjective('PushObjective', notification === 'SENT' ? elapsedMs : undefined);
}
