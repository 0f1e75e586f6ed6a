import type { Device } from '../domain/device.ts';
import { devices, users } from './items.ts';
import type { Tables } from './tables.ts';

/** A user's retired phones that still note a push endpoint. */
export async function retiredDevicesWithEndpoint(tables: Tables, userId: string): Promise<Device[]> {
  const { items } = await tables.queryPage({
    KeyConditionExpression: 'pk = :user AND begins_with(sk, :device)',
    FilterExpression:
      'attribute_exists(retiredAt) AND (attribute_exists(endpointArn) OR attribute_exists(leftEndpointArn))',
    ExpressionAttributeValues: { ':user': users.key(userId).pk, ':device': 'DEVICE#' },
    ConsistentRead: true,
  });
  return items.map(devices.parse);
}
