import { NOTED_ENDPOINTS } from '../repositories/device-writes.ts';
import { retiredDevicesWithEndpoint } from '../repositories/retired-devices.ts';
import type { Uses } from '../world.ts';
import { leaveEndpoint } from './push-endpoint.ts';

/** Takes a user's retired phones off the push endpoints that they still note. Repeatable: a crash is made good by the next run. */
export async function dropRetiredEndpoints(world: Uses<'tables' | 'push' | 'clock'>, userId: string): Promise<void> {
  for (const device of await retiredDevicesWithEndpoint(world.tables, userId)) {
    for (const noted of NOTED_ENDPOINTS) {
      const endpointArn = device[noted];
      if (endpointArn) await leaveEndpoint(world, device, noted, endpointArn);
    }
  }
}
