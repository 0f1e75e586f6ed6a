import { NOTED_ENDPOINTS } from '../repositories/device-writes.ts';
import { readDevice } from '../repositories/items.ts';
import { userKey } from '../repositories/keys.ts';
import { queryPage } from '../repositories/table.ts';
import { leaveEndpoint } from './push-endpoint.ts';

/** Takes a user's retired phones off the push endpoints that they still note. Repeatable: a crash is made good by the next run. */
export async function dropRetiredEndpoints(userId: string): Promise<void> {
  const { items } = await queryPage({
    KeyConditionExpression: 'pk = :user AND begins_with(sk, :device)',
    FilterExpression:
      'attribute_exists(retiredAt) AND (attribute_exists(endpointArn) OR attribute_exists(leftEndpointArn))',
    ExpressionAttributeValues: { ':user': userKey(userId).pk, ':device': 'DEVICE#' },
    ConsistentRead: true,
  });
  for (const item of items) {
    const device = readDevice(item);
    for (const noted of NOTED_ENDPOINTS) {
      const endpointArn = device?.[noted];
      if (device && endpointArn) await leaveEndpoint(device, noted, endpointArn);
    }
  }
}
