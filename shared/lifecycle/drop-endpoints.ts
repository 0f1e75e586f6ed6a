import { deleteEndpoint } from '../push.ts';
import { forgetEndpoint } from '../repositories/device-writes.ts';
import { readDevice, readEndpointOwner } from '../repositories/items.ts';
import { endpointKey, userKey } from '../repositories/keys.ts';
import { getAll, queryPage, transact } from '../repositories/table.ts';

/**
 * Deletes the push endpoints that a user's retired phones still have. First the endpoint, then the note of it: a crash
 * between the two is made good by the next run. An endpoint that another phone took over meanwhile is left to it.
 */
export async function dropRetiredEndpoints(userId: string): Promise<void> {
  const { items } = await queryPage({
    KeyConditionExpression: 'pk = :user AND begins_with(sk, :device)',
    FilterExpression: 'attribute_exists(retiredAt) AND attribute_exists(endpointArn)',
    ExpressionAttributeValues: { ':user': userKey(userId).pk, ':device': 'DEVICE#' },
    ConsistentRead: true,
  });
  for (const item of items) {
    const device = readDevice(item);
    if (!device?.endpointArn) continue;
    const [ownerItem] = await getAll([endpointKey(device.endpointArn)]);
    const owned = readEndpointOwner(ownerItem)?.deviceId === device.deviceId;
    if (owned) await deleteEndpoint(device.endpointArn);
    await transact(forgetEndpoint(device, device.endpointArn, { owned }));
  }
}
