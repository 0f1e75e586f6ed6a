import type { HeldChange } from '../domain/change.ts';
import type { Limit } from '../domain/sliding-window.ts';
import { requireEnvNumber } from '../env.ts';
import { log } from '../logger.ts';
import { emit } from '../metrics.ts';
import { pushFailureOf, sendPush } from '../push.ts';
import { type Approver, type NotificationStatus, readApprover, readDevice } from '../repositories/items.ts';
import { approverKey, companyKey, deviceKey } from '../repositories/keys.ts';
import { getAll, queryPage } from '../repositories/table.ts';
import { takePlace } from '../repositories/windows.ts';
import { tokenOf } from './read-change.ts';

const PUSHES: Limit = { limit: requireEnvNumber('PUSHES_PER_DEVICE'), seconds: 600 };

/** Administrators pushed for one change at most; the others see it when they open the app. */
const MAXIMUM_APPROVERS = 25;

/**
 * Wakes up the phones of those who may decide the change, within each phone's budget. Never throws for a push.
 *
 * @returns SENT when one push was accepted, FAILED when none was, NOT_NEEDED when no phone had budget left.
 */
export async function notifyApprovers(change: HeldChange): Promise<NotificationStatus> {
  const approvers = await approversOf(change);
  const outcomes = await Promise.all(approvers.map((approver) => wakeUp(approver, change)));
  if (outcomes.includes('SENT')) return 'SENT';
  return outcomes.includes('FAILED') || outcomes.length === 0 ? 'FAILED' : 'NOT_NEEDED';
}

async function approversOf(change: HeldChange): Promise<Approver[]> {
  const { companyId, holder, requestedBy, authorization } = change;
  switch (authorization.policy) {
    case 'HOLDER': {
      const { device } = await tokenOf(change);
      return device ? [{ userId: holder.userId, deviceId: device.deviceId }] : [];
    }
    case 'REQUESTER': {
      const [item] = await getAll([approverKey(companyId, requestedBy.userId)]);
      const approver = readApprover(item);
      return approver ? [approver] : [];
    }
    case 'OTHER_ADMINISTRATOR': {
      const excluded = new Set([requestedBy.userId, ...(authorization.holderExcluded ? [holder.userId] : [])]);
      const { items } = await queryPage({
        KeyConditionExpression: 'pk = :company AND begins_with(sk, :approver)',
        ExpressionAttributeValues: { ':company': companyKey(companyId).pk, ':approver': 'APPROVER#' },
        ConsistentRead: true,
        Limit: MAXIMUM_APPROVERS + excluded.size,
      });
      return items
        .flatMap((item) => readApprover(item) ?? [])
        .filter(({ userId }) => !excluded.has(userId))
        .slice(0, MAXIMUM_APPROVERS);
    }
  }
}

async function wakeUp({ userId, deviceId }: Approver, { changeId }: HeldChange): Promise<NotificationStatus> {
  const item = await takePlace(deviceKey(userId, deviceId), 'pushes', PUSHES, new Date(), { create: false });
  if (!item) return 'NOT_NEEDED';
  const endpointArn = readDevice(item)?.endpointArn;
  if (!endpointArn) {
    emit('PushFailures', 1, 'NO_ENDPOINT');
    return 'FAILED';
  }
  try {
    await sendPush(endpointArn, { type: 'AUTHORIZATION_PENDING', changeId });
    return 'SENT';
  } catch (error) {
    const code = pushFailureOf(error);
    emit('PushFailures', 1, code);
    log.warn('push not accepted', { changeId, deviceId, code }, error);
    return 'FAILED';
  }
}
