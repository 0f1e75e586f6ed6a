import type { Phone } from '../domain/approvers.ts';
import type { HeldChange } from '../domain/change.ts';
import type { Limit } from '../domain/sliding-window.ts';
import { pushFailure } from '../push-failure.ts';
import type { Prompt } from '../repositories/holds.ts';
import { devices } from '../repositories/items.ts';
import { takePlace } from '../repositories/windows.ts';
import { log } from '../telemetry/log.ts';
import { count } from '../telemetry/metrics.ts';
import type { Uses } from '../world.ts';

type Outcome = 'SENT' | 'FAILED' | 'FAILED_IN_PASSING' | 'NOT_NEEDED';

/**
 * Wakes up the phones of those who may decide the change, within each phone's budget. Never throws for a push.
 *
 * @returns SENT when one push was accepted, FAILED when none was, NOT_NEEDED when no phone had budget left.
 */
export async function notifyApprovers(
  world: Uses<'tables' | 'push' | 'clock', 'pushesPerDevice'>,
  change: HeldChange,
): Promise<Prompt> {
  // A rescue is decided by the bank's persons, who are on no phone.
  if (change.authorization.policy === 'BANK') return { notification: 'NOT_NEEDED', passing: false };
  const outcomes = await Promise.all(change.authorization.asked.map((phone) => wakeUp(world, phone, change)));
  if (outcomes.includes('SENT')) return { notification: 'SENT', passing: false };
  if (outcomes.includes('FAILED_IN_PASSING')) return { notification: 'FAILED', passing: true };
  const failed = outcomes.includes('FAILED') || outcomes.length === 0;
  return { notification: failed ? 'FAILED' : 'NOT_NEEDED', passing: false };
}

async function wakeUp(
  { tables, push, clock, settings }: Uses<'tables' | 'push' | 'clock', 'pushesPerDevice'>,
  { userId, deviceId }: Phone,
  { changeId, authorization }: HeldChange,
): Promise<Outcome> {
  const now = clock.now();
  // A prompt lives no longer than its hold.
  const secondsLeft = Math.floor((Date.parse(authorization.expiresAt) - now.getTime()) / 1000);
  if (secondsLeft < 1) return 'NOT_NEEDED';
  const once = { create: false, once: changeId };
  const limit: Limit = { limit: settings.pushesPerDevice, seconds: 600 };
  const item = await takePlace(tables, devices.at(userId, deviceId), 'pushed', limit, now, once);
  if (!item) return 'NOT_NEEDED';
  const { endpointArn } = devices.parse(item);
  if (!endpointArn) {
    count('PushFailures', 'NO_ENDPOINT');
    return 'FAILED';
  }
  try {
    await push.publish(endpointArn, { type: 'AUTHORIZATION_PENDING', changeId }, secondsLeft);
    return 'SENT';
  } catch (error) {
    const code = pushFailure(error);
    count('PushFailures', code);
    log.warn('push not accepted', { changeId, deviceId, code }, error);
    return code === 'PASSING' ? 'FAILED_IN_PASSING' : 'FAILED';
  }
}
