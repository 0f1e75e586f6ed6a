import { assertCaller } from '../domain/user.ts';
import { ProblemError } from '../errors.ts';
import { log } from '../logger.ts';
import { createEndpoint, deleteEndpoint } from '../push.ts';
import { checkUser } from '../repositories/checks.ts';
import { bindEndpoint, moveEndpoint } from '../repositories/device-writes.ts';
import { readDevice, readEndpointOwner, readUser } from '../repositories/items.ts';
import { deviceKey, endpointKey, userKey } from '../repositories/keys.ts';
import { decideAgain, getAll, transact } from '../repositories/table.ts';
import { verifyPushToken } from '../security/verify-push-token.ts';

/**
 * Gives a phone's pushes another token, on the phone's own proof, and deletes the endpoint of the earlier one.
 *
 * @throws ProblemError `NOT_FOUND`, `PROOF_REFUSED`, `UNAVAILABLE` where SNS does not answer.
 */
export async function updatePushToken(request: {
  userId: string;
  deviceId: string;
  pushToken: string;
  proof: string;
}): Promise<void> {
  const { userId, deviceId, pushToken, proof } = request;
  await decideAgain(async () => {
    const [userItem, deviceItem] = await getAll([userKey(userId), deviceKey(userId, deviceId)]);
    const caller = assertCaller(readUser(userItem), 'ANYONE');
    const device = readDevice(deviceItem);
    if (!device) throw new ProblemError('NOT_FOUND');
    const iat = await verifyPushToken(proof, device, pushToken, new Date());

    const endpointArn = await endpointOf(device.platform, pushToken);
    const [ownerItem] = await getAll([endpointKey(endpointArn)]);
    await transact([
      ...moveEndpoint(device, endpointArn, iat),
      ...bindEndpoint(endpointArn, device, readEndpointOwner(ownerItem)),
      checkUser(caller, { administrator: false }),
    ]);
    if (device.endpointArn && device.endpointArn !== endpointArn) await drop(device.endpointArn);
  });
}

async function endpointOf(platform: 'IOS' | 'ANDROID', pushToken: string): Promise<string> {
  try {
    return await createEndpoint(platform, pushToken);
  } catch (cause) {
    const unavailable = new ProblemError('UNAVAILABLE', {}, 5);
    unavailable.cause = cause;
    throw unavailable;
  }
}

/** Nobody owns it any more; where SNS does not answer, the platform disables it once its token is gone. */
async function drop(endpointArn: string): Promise<void> {
  try {
    await deleteEndpoint(endpointArn);
  } catch (error) {
    log.warn('earlier push endpoint not deleted', {}, error);
  }
}
