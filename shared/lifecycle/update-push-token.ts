import type { Device } from '../domain/device.ts';
import { join } from '../domain/endpoint.ts';
import { assertCaller } from '../domain/user.ts';
import { ProblemError, StaleDecisionError } from '../errors.ts';
import { log } from '../logger.ts';
import { checkUser } from '../repositories/checks.ts';
import { moveEndpoint, putEndpoint } from '../repositories/device-writes.ts';
import { readDevice, readUser } from '../repositories/items.ts';
import { deviceKey, userKey } from '../repositories/keys.ts';
import { decideAgain, getAll, transact } from '../repositories/table.ts';
import { verifyPushToken } from '../security/verify-push-token.ts';
import { leaveEndpoint, readyEndpoint } from './push-endpoint.ts';

/**
 * Gives a phone's pushes another token, on the phone's own proof, and takes it off the endpoint of the earlier one.
 *
 * @throws ProblemError `NOT_FOUND`, `PROOF_REFUSED`, `VALIDATION_FAILED` where SNS takes no such token, `UNAVAILABLE`
 * where it does not answer.
 */
export async function updatePushToken(request: {
  userId: string;
  deviceId: string;
  pushToken: string;
  proof: string;
}): Promise<void> {
  const { userId, deviceId, pushToken, proof } = request;
  const left = await decideAgain(async () => {
    const [userItem, deviceItem] = await getAll([userKey(userId), deviceKey(userId, deviceId)]);
    const caller = assertCaller(readUser(userItem), 'ANYONE');
    const device = readDevice(deviceItem);
    if (!device) throw new ProblemError('NOT_FOUND');
    const iat = await verifyPushToken(proof, device, pushToken, new Date());
    if (device.leftEndpointArn) {
      await answered(leaveEndpoint(device, 'leftEndpointArn', device.leftEndpointArn));
      throw new StaleDecisionError('The endpoint that was left before is seen to now');
    }

    const endpoint = await answered(readyEndpoint(device.platform, pushToken));
    await transact([
      moveEndpoint(device, endpoint.endpointArn, iat),
      putEndpoint(join(endpoint, deviceId), new Date()),
      checkUser(caller, { administrator: false }),
    ]);
    return device.endpointArn === endpoint.endpointArn ? undefined : device.endpointArn;
  });
  if (left) await leave(request, left);
}

/** What is no answer of the service's own is SNS's not answering: the phone tries again. */
async function answered<T>(attempt: Promise<T>): Promise<T> {
  try {
    return await attempt;
  } catch (cause) {
    if (cause instanceof ProblemError || cause instanceof StaleDecisionError) throw cause;
    const unavailable = new ProblemError('UNAVAILABLE', {}, 5);
    unavailable.cause = cause;
    throw unavailable;
  }
}

/** The phone is woken at its new endpoint already; the earlier one stays noted until somebody sees to it. */
async function leave(device: Pick<Device, 'userId' | 'deviceId'>, endpointArn: string): Promise<void> {
  try {
    await leaveEndpoint(device, 'leftEndpointArn', endpointArn);
  } catch (error) {
    log.warn('earlier push endpoint not deleted', {}, error);
  }
}
