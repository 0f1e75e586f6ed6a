import type { PromptedPhone } from '../domain/change.ts';
import { PROMPT_TEXTS } from '../domain/push-text.ts';
import type { Limit } from '../domain/sliding-window.ts';
import type { Prompt } from '../repositories/holds.ts';
import { devices } from '../repositories/items.ts';
import { takePlace } from '../repositories/windows.ts';
import { log } from '../telemetry/log.ts';
import { count } from '../telemetry/metrics.ts';
import type { Uses } from '../world.ts';
import { NoEndpointError, pushFailure } from './push-failure.ts';

/** Whom to wake up about which change, and until when. */
export interface Prompted {
  readonly changeId: string;
  readonly expiresAt: string;
  readonly asked: readonly PromptedPhone[];
}

type Outcome = 'SENT' | 'FAILED' | 'FAILED_IN_PASSING' | 'NOT_NEEDED';

/**
 * Wakes up the phones of those who may decide the change, within each phone's budget. Never throws for a push.
 *
 * @returns SENT when one push was accepted, FAILED when none was, NOT_NEEDED when no phone had budget left.
 */
export async function notifyApprovers(
  world: Uses<'tables' | 'push' | 'clock', 'pushesPerDevice'>,
  prompted: Prompted,
): Promise<Prompt> {
  // A rescue asks nobody: it is decided by the bank's persons, who are on no phone.
  if (prompted.asked.length === 0) return { notification: 'NOT_NEEDED', passing: false };
  const outcomes = await Promise.all(prompted.asked.map((phone) => wakeUp(world, phone, prompted)));
  if (outcomes.includes('SENT')) return { notification: 'SENT', passing: false };
  if (outcomes.includes('FAILED_IN_PASSING')) return { notification: 'FAILED', passing: true };
  return { notification: outcomes.includes('FAILED') ? 'FAILED' : 'NOT_NEEDED', passing: false };
}

async function wakeUp(
  { tables, push, clock, settings }: Uses<'tables' | 'push' | 'clock', 'pushesPerDevice'>,
  { userId, deviceId, as }: PromptedPhone,
  { changeId, expiresAt }: Prompted,
): Promise<Outcome> {
  const now = clock.now();
  // A prompt lives no longer than its hold.
  const secondsToLive = Math.floor((Date.parse(expiresAt) - now.getTime()) / 1000);
  if (secondsToLive < 1) return 'NOT_NEEDED';
  const once = { create: false, once: changeId };
  const limit: Limit = { limit: settings.pushesPerDevice, seconds: 600 };
  const item = await takePlace(tables, devices.at(userId, deviceId), 'pushed', limit, now, once);
  if (!item) return 'NOT_NEEDED';
  const { endpointArn } = devices.parse(item);
  try {
    if (!endpointArn) throw new NoEndpointError();
    const text = PROMPT_TEXTS[as];
    await push.publish(endpointArn, { type: 'AUTHORIZATION_PENDING', changeId, text, secondsToLive });
    return 'SENT';
  } catch (error) {
    const code = pushFailure(error);
    count('PushFailures', code);
    log.warn('push not accepted', { changeId, deviceId, code }, error);
    return code === 'PASSING' ? 'FAILED_IN_PASSING' : 'FAILED';
  }
}
