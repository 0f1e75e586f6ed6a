import type { Device } from '../domain/device.ts';
import { join } from '../domain/endpoint.ts';
import { assertCaller } from '../domain/user.ts';
import { ProblemError, StaleDecisionError } from '../errors.ts';
import { checkUser } from '../repositories/checks.ts';
import { moveEndpoint, putEndpoint } from '../repositories/device-writes.ts';
import { devices, users } from '../repositories/items.ts';
import { verifyPushToken } from '../security/verify-push-token.ts';
import { log } from '../telemetry/log.ts';
import type { Uses } from '../world.ts';
import { leaveEndpoint, readyEndpoint } from './push-endpoint.ts';

/**
 * Gives a phone's pushes another token, on the phone's own proof, and takes it off the endpoint of the earlier one.
 *
 * @throws ProblemError `NOT_FOUND`, `PROOF_REFUSED`, `VALIDATION_FAILED` where SNS takes no such token, `UNAVAILABLE`
 * where it does not answer.
 */
export async function updatePushToken(
  world: Uses<'tables' | 'push' | 'clock'>,
  request: { userId: string; deviceId: string; pushToken: string; proof: string },
): Promise<void> {
  const { tables, clock } = world;
  const { userId, deviceId, pushToken, proof } = request;
  const left = await tables.decideAgain(async () => {
    const { user, device } = await tables.read({ user: users.at(userId), device: devices.at(userId, deviceId) });
    const caller = assertCaller(user, 'ANYONE');
    if (!device) throw new ProblemError('NOT_FOUND');
    const iat = await verifyPushToken(proof, device, pushToken, clock.now());
    if (device.leftEndpointArn) {
      await answered(leaveEndpoint(world, device, 'leftEndpointArn', device.leftEndpointArn));
      throw new StaleDecisionError('The endpoint that was left before is seen to now');
    }

    const endpoint = await answered(readyEndpoint(world, device.platform, pushToken));
    await tables.transact([
      moveEndpoint(device, endpoint.endpointArn, iat),
      putEndpoint(join(endpoint, deviceId), clock.now()),
      checkUser(caller, { administrator: false }),
    ]);
    return device.endpointArn === endpoint.endpointArn ? undefined : device.endpointArn;
  });
  if (left) await leaveEarlier(world, request, left);
}

/** Takes what is no answer of the service's own for SNS not answering: the phone tries again. */
async function answered<T>(call: Promise<T>): Promise<T> {
  try {
    return await call;
  } catch (cause) {
    if (cause instanceof ProblemError || cause instanceof StaleDecisionError) throw cause;
    const unavailable = new ProblemError('UNAVAILABLE', {}, 5);
    unavailable.cause = cause;
    throw unavailable;
  }
}

/** The phone is woken at its new endpoint already; the earlier one stays noted until somebody sees to it. */
async function leaveEarlier(
  world: Uses<'tables' | 'push' | 'clock'>,
  device: Pick<Device, 'userId' | 'deviceId'>,
  endpointArn: string,
): Promise<void> {
  try {
    await leaveEndpoint(world, device, 'leftEndpointArn', endpointArn);
  } catch (error) {
    log.warn('earlier push endpoint not deleted', {}, error);
  }
}
