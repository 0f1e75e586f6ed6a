import type { Phone } from '../domain/approvers.ts';
import type { HeldChange } from '../domain/change.ts';
import type { Limit } from '../domain/sliding-window.ts';
import { requireEnvNumber } from '../env.ts';
import { log } from '../logger.ts';
import { count } from '../metrics.ts';
import { pushFailureOf, sendPush } from '../push.ts';
import { type NotificationStatus, readDevice } from '../repositories/items.ts';
import { deviceKey } from '../repositories/keys.ts';
import { takePlace } from '../repositories/windows.ts';

const PUSHES: Limit = { limit: requireEnvNumber('PUSHES_PER_DEVICE'), seconds: 600 };

/**
 * Wakes up the phones of those who may decide the change, within each phone's budget. Never throws for a push.
 *
 * @returns SENT when one push was accepted, FAILED when none was, NOT_NEEDED when no phone had budget left.
 */
export async function notifyApprovers(change: HeldChange): Promise<NotificationStatus> {
  // A rescue is decided by the bank's persons, who are on no phone.
  if (change.authorization.policy === 'BANK') return 'NOT_NEEDED';
  const outcomes = await Promise.all(change.authorization.asked.map((phone) => wakeUp(phone, change)));
  if (outcomes.includes('SENT')) return 'SENT';
  return outcomes.includes('FAILED') || outcomes.length === 0 ? 'FAILED' : 'NOT_NEEDED';
}

async function wakeUp({ userId, deviceId }: Phone, { changeId }: HeldChange): Promise<NotificationStatus> {
  const item = await takePlace(deviceKey(userId, deviceId), 'pushed', PUSHES, new Date(), { create: false });
  if (!item) return 'NOT_NEEDED';
  const endpointArn = readDevice(item)?.endpointArn;
  if (!endpointArn) {
    count('PushFailures', 'NO_ENDPOINT');
    return 'FAILED';
  }
  try {
    await sendPush(endpointArn, { type: 'AUTHORIZATION_PENDING', changeId });
    return 'SENT';
  } catch (error) {
    const code = pushFailureOf(error);
    count('PushFailures', code);
    log.warn('push not accepted', { changeId, deviceId, code }, error);
    return 'FAILED';
  }
}
