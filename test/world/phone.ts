import { createKeys, enrolmentRequest, openSeed, type PhoneKeys } from '../../phone/protocol/index.ts';
import type { User } from '../../shared/domain/user.ts';
import { activations } from '../../shared/repositories/items.ts';
import { hashActivationCode } from '../../shared/security/activation-code.ts';
import { type Enrolment, enrolDevice } from '../../shared/use-cases/enrol-device.ts';
import { later } from '../fixtures.ts';
import { at, given } from './given.ts';
import type { MemoryWorld } from './world.ts';

export const ACTIVATION_CODE = '0123-4567-89AB-CDEF';

/** Keeps the hash of {@link ACTIVATION_CODE} as this user's code, good for an hour of the tests' clock. */
export function givenCode(world: MemoryWorld, { userId }: User): void {
  const codeHash = hashActivationCode(userId, ACTIVATION_CODE);
  const expiresAt = later(3600).toISOString();
  given(world, at(activations.at(userId), { userId, codeHash, expiresAt, wrongTries: 0, wrongHashes: [] }));
}

/** Makes the request by which a phone of this user enrols, and its proof; each member may be another. */
export async function anEnrolment(
  world: MemoryWorld,
  caller: User,
  { keys, ...members }: Partial<Enrolment> & { keys?: PhoneKeys } = {},
): Promise<Enrolment> {
  const { activationCode = ACTIVATION_CODE, name = 'Demo', platform = 'ANDROID', pushToken = 'push-token' } = members;
  const asked = { userId: caller.userId, activationCode, name, platform, pushToken };
  const body = await enrolmentRequest(asked, keys ?? (await createKeys()), world.clock.now());
  return { ...body, caller, requestId: 'request-enrol', ...members };
}

/** Enrols a phone of this user, whose token waits for one. */
export async function enrolledPhone(world: MemoryWorld, caller: User, pushToken = 'push-token') {
  const keys = await createKeys();
  givenCode(world, caller);
  const enrolment = await anEnrolment(world, caller, { keys, pushToken });
  const { deviceId, seed } = await enrolDevice(world, enrolment);
  const signer = { deviceId, userId: caller.userId, signingKey: keys.signing.privateKey };
  return { deviceId, keys, enrolment, signer, seed: await openSeed(seed, keys.encryption.privateKey) };
}
