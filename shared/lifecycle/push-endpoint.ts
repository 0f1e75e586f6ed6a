import type { Device } from '../domain/device.ts';
import { deleted, type Endpoint, isBeingDeleted, leave, newEndpoint } from '../domain/endpoint.ts';
import { StaleDecisionError } from '../errors.ts';
import { createEndpoint, deleteEndpoint, enableEndpoint } from '../push.ts';
import { forgetEndpoint, type NotedEndpoint, putEndpoint } from '../repositories/device-writes.ts';
import { readDevice, readEndpoint } from '../repositories/items.ts';
import { deviceKey, endpointKey } from '../repositories/keys.ts';
import { decideAgain, getAll, transact } from '../repositories/table.ts';

/**
 * The endpoint of a push token, which is there for as long as its item stays as it was read: it is enabled after the
 * reading, and whoever deletes it changes the item first.
 *
 * @throws StaleDecisionError while somebody deletes it: decide again, and it is made anew.
 * @throws ProblemError `VALIDATION_FAILED` where SNS takes no such token.
 */
export async function readyEndpoint(platform: Device['platform'], pushToken: string): Promise<Endpoint> {
  const endpointArn = await createEndpoint(platform, pushToken);
  const [item] = await getAll([endpointKey(endpointArn)]);
  const endpoint = readEndpoint(item) ?? newEndpoint(endpointArn);
  if (isBeingDeleted(endpoint, new Date())) throw new StaleDecisionError('The push endpoint is being deleted');
  if (!(await enableEndpoint(endpointArn, pushToken))) throw new StaleDecisionError('The push endpoint was deleted');
  return endpoint;
}

/**
 * Takes a phone off an endpoint that is noted in it, and deletes the endpoint where it was the last. The note goes last,
 * so that whoever crashes leaves it to the next.
 */
export async function leaveEndpoint(
  { userId, deviceId }: Pick<Device, 'userId' | 'deviceId'>,
  noted: NotedEndpoint,
  endpointArn: string,
): Promise<void> {
  await decideAgain(async () => {
    const [deviceItem, item] = await getAll([deviceKey(userId, deviceId), endpointKey(endpointArn)]);
    const device = readDevice(deviceItem);
    if (device?.[noted] !== endpointArn) return;

    const before = readEndpoint(item) ?? newEndpoint(endpointArn);
    const now = new Date();
    const after = leave(before, deviceId, now);
    if (after.devices.length > 0) return transact([putEndpoint(after, now), forgetEndpoint(device, noted)]);

    await transact([putEndpoint(after, now)]);
    await deleteEndpoint(endpointArn);
    // Where another had begun, their call may still be on its way: nobody binds the endpoint before its time is over.
    const finished = isBeingDeleted(before, now) ? [] : [putEndpoint(deleted(after), now)];
    await transact([...finished, forgetEndpoint(device, noted)]);
  });
}
