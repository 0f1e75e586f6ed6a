import { createKeys, currentCode, enrolmentRequest, openSeed, signPushToken } from '../../../phone/protocol/index.ts';
import { holdInput, MAXIMUM_WRONG_CODES } from '../../../shared/domain/change.ts';
import { activations, changes, devices, holds, seeds, tokens } from '../../../shared/repositories/items.ts';
import { applyChange } from '../../../shared/use-cases/apply-change.ts';
import { createActivationCode } from '../../../shared/use-cases/create-activation-code.ts';
import { dropRetiredEndpoints } from '../../../shared/use-cases/drop-endpoints.ts';
import { enrolDevice } from '../../../shared/use-cases/enrol-device.ts';
import { holdChange } from '../../../shared/use-cases/hold-change.ts';
import { listAuthorizations } from '../../../shared/use-cases/list-authorizations.ts';
import { updatePushToken } from '../../../shared/use-cases/update-push-token.ts';
import { verifyOtp } from '../../../shared/use-cases/verify-otp.ts';
import { aHeldChange, aHolder, aToken, aUser, withPending } from '../../fixtures.ts';
import { given, stored } from '../../world/given.ts';
import { type MemoryWorld, memoryWorld } from '../../world/world.ts';

const holder = aHolder({ physicalTokenId: 'token-physical' });
const physical = aToken({ tokenId: 'token-physical', kind: 'PHYSICAL', status: 'ENABLED', device: null });

let world: MemoryWorld;

beforeEach(() => {
  world = memoryWorld();
  given(world, aUser(), holder, physical, aToken({ status: 'PENDING_ENROLLMENT', device: null }));
});

/** A phone of the holder that is enrolled now, with the seed that it was given. */
async function enrolled() {
  const caller = aUser();
  const { activationCode } = await createActivationCode(world, { caller, tokenId: 'token-holder', requestId: 'r-1' });
  const keys = await createKeys();
  const phone = { name: 'Demo', platform: 'ANDROID', pushToken: 'push-token' } as const;
  const body = await enrolmentRequest({ userId: 'user-holder', activationCode, ...phone }, keys, world.clock.now());
  const enrolment = { ...body, caller: holder, requestId: 'r-2' };
  const { deviceId, seed } = await enrolDevice(world, enrolment);
  return { enrolment, deviceId, keys, seed: await openSeed(seed, keys.encryption.privateKey) };
}

/** A held change of the holder's token, which they authorize by phone. */
function heldByPhone(deviceId: string, status: 'PENDING_AUTHORIZATION' | 'AUTHORIZED' = 'PENDING_AUTHORIZATION') {
  const token = stored(world, tokens.at('DEMO', 'token-holder'));
  if (!token) throw new Error('No token');
  const asked = [{ userId: 'user-holder', deviceId }];
  const createdAt = world.clock.now().toISOString();
  const decided = {
    decidedBy: { userId: 'user-holder', fullName: 'Demo Titular' },
    decidedAt: createdAt,
  };
  const change = aHeldChange(
    { status, createdAt },
    { policy: 'HOLDER', asked, ...(status === 'AUTHORIZED' ? decided : {}) },
  );
  given(world, withPending(token, change), change);
  return change;
}

it('enrols a phone with the code it was given: once, in the physical token’s place, and again for a lost answer', async () => {
  const { enrolment, deviceId, keys, seed } = await enrolled();
  expect(stored(world, tokens.at('DEMO', 'token-holder'))).toMatchObject({ status: 'ACTIVE', device: { deviceId } });
  expect(stored(world, tokens.at('DEMO', 'token-physical'))?.status).toBe('DISABLED');
  expect(stored(world, activations.at('user-holder'))).toBeUndefined();
  const again = await enrolDevice(world, enrolment);
  expect(again.deviceId).toBe(deviceId);
  expect(await openSeed(again.seed, keys.encryption.privateKey)).toEqual(seed);
  world.clock.advance(10 * 60_000 + 1);
  await expect(enrolDevice(world, enrolment)).rejects.toMatchObject({ code: 'DEVICE_ALREADY_ENROLLED' });
});

it('takes a one-time code once, and does the same work for a user whom nobody knows', async () => {
  const { seed } = await enrolled();
  const { code } = currentCode(seed, world.clock.now());
  world.calls.length = 0;
  expect(await verifyOtp(world, 'user-holder', code)).toBe(true);
  const work = world.calls.splice(0).map(({ operation }) => operation);
  expect(work).toEqual(['BatchGet', 'BatchGet', 'Decrypt', 'TransactWrite']);
  expect(await verifyOtp(world, 'user-holder', code)).toBe(false);
  world.calls.length = 0;
  expect(await verifyOtp(world, 'user-nobody', code)).toBe(false);
  expect(world.calls.map(({ operation }) => operation)).toEqual(work);
});

it('wakes a phone at its new push token, and forgets the earlier one', async () => {
  const { deviceId, keys } = await enrolled();
  const before = stored(world, devices.at('user-holder', deviceId))?.endpointArn;
  const signer = { deviceId, userId: 'user-holder', signingKey: keys.signing.privateKey };
  const update = await signPushToken('other-token', signer, world.clock.now());
  await updatePushToken(world, { userId: 'user-holder', deviceId, ...update });
  const { endpointArn, leftEndpointArn } = stored(world, devices.at('user-holder', deviceId)) ?? {};
  expect([...world.services.push.endpoints.keys()]).toEqual([endpointArn]);
  expect([endpointArn === before, leftEndpointArn]).toEqual([false, undefined]);
});

it('prompts the phone that may decide a change, which then finds it, until its time is over', async () => {
  const { deviceId } = await enrolled();
  world.clock.advance(1_000);
  const change = heldByPhone(deviceId);
  await holdChange(world, { ...holdInput(change, { prompted: false }), taskToken: 'task' });
  expect(world.services.push.published).toHaveLength(1);
  expect(stored(world, holds.at('change-1'))).toMatchObject({ taskToken: 'task', notification: 'SENT', prompts: 1 });
  expect(await listAuthorizations(world, holder)).toMatchObject([
    { changeId: 'change-1', attemptsLeft: MAXIMUM_WRONG_CODES },
  ]);
  expect(await listAuthorizations(world, aUser())).toEqual([]);
  world.clock.advance(600_000);
  expect(await listAuthorizations(world, holder)).toEqual([]);
});

it('releases the phone with an applied change: no seed, no second time, and no endpoint once that is followed up', async () => {
  const { deviceId } = await enrolled();
  const change = heldByPhone(deviceId, 'AUTHORIZED');
  expect(await applyChange(world, change)).toEqual({ status: 'APPLIED', written: true });
  expect(stored(world, changes.at('DEMO', 'change-1'))?.status).toBe('APPLIED');
  expect(stored(world, tokens.at('DEMO', 'token-holder'))).toMatchObject({ status: 'RELEASED', device: null });
  expect(stored(world, seeds.at('token-holder'))).toBeUndefined();
  expect(stored(world, devices.at('user-holder', deviceId))?.retiredAt).toBe(world.clock.now().toISOString());
  expect(await applyChange(world, change)).toEqual({ status: 'APPLIED', written: false });
  await dropRetiredEndpoints(world, 'user-holder');
  expect(world.services.push.endpoints.size).toBe(0);
});
