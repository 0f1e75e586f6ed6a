import { deleteEndpoint } from '../push.ts';
import { forgetEndpoint } from '../repositories/device-writes.ts';
import { readDevice } from '../repositories/items.ts';
import { userKey } from '../repositories/keys.ts';
import { queryPage, transact } from '../repositories/table.ts';

/**
 * Deletes the push endpoints that a user's retired phones still have. First the endpoint, then the note of it: a crash
 * between the two is made good by the next run. An endpoint that another phone took over is no longer noted here.
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
    await deleteEndpoint(device.endpointArn);
    await transact(forgetEndpoint(device, device.endpointArn));
  }
}
