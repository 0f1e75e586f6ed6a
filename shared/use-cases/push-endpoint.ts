import type { Device } from '../domain/device.ts';
import { deleted, type Endpoint, isBeingDeleted, leave, newEndpoint } from '../domain/endpoint.ts';
import { StaleDecisionError } from '../errors.ts';
import { forgetEndpoint, type NotedEndpoint, putEndpoint } from '../repositories/device-writes.ts';
import { devices, endpoints } from '../repositories/items.ts';
import type { Uses } from '../world.ts';

/**
 * Makes the endpoint of a push token ready. It exists for as long as its item stays as it was read: it is enabled after
 * the read, and whoever deletes it changes the item first.
 *
 * @throws StaleDecisionError while somebody deletes it: decide again, and it is made anew.
 * @throws ProblemError `VALIDATION_FAILED` where SNS takes no such token.
 */
export async function readyEndpoint(
  { tables, push, clock }: Uses<'tables' | 'push' | 'clock'>,
  platform: Device['platform'],
  pushToken: string,
): Promise<Endpoint> {
  const endpointArn = await push.createEndpoint(platform, pushToken);
  const { endpoint = newEndpoint(endpointArn) } = await tables.read({ endpoint: endpoints.at(endpointArn) });
  if (isBeingDeleted(endpoint, clock.now())) throw new StaleDecisionError('The push endpoint is being deleted');
  if (!(await push.enableEndpoint(endpointArn, pushToken))) {
    throw new StaleDecisionError('The push endpoint was deleted');
  }
  return endpoint;
}

/**
 * Takes a phone off an endpoint that is noted in it, and deletes the endpoint where it was the last. The note goes last,
 * so that whoever crashes leaves it to the next.
 */
export async function leaveEndpoint(
  { tables, push, clock }: Uses<'tables' | 'push' | 'clock'>,
  { userId, deviceId }: Pick<Device, 'userId' | 'deviceId'>,
  noted: NotedEndpoint,
  endpointArn: string,
): Promise<void> {
  await tables.decideAgain(async () => {
    const { device, before = newEndpoint(endpointArn) } = await tables.read({
      device: devices.at(userId, deviceId),
      before: endpoints.at(endpointArn),
    });
    if (device?.[noted] !== endpointArn) return;

    const now = clock.now();
    const after = leave(before, deviceId, now);
    if (after.devices.length > 0) return tables.transact([putEndpoint(after, now), forgetEndpoint(device, noted)]);

    await tables.transact([putEndpoint(after, now)]);
    await push.deleteEndpoint(endpointArn);
    // Where another had begun, their call may still be on its way: nobody binds the endpoint before its time is over.
    const finished = isBeingDeleted(before, now) ? [] : [putEndpoint(deleted(after), now)];
    await tables.transact([...finished, forgetEndpoint(device, noted)]);
  });
}
