import type { Device } from '../../../shared/domain/device.ts';
import type { OtpState } from '../../../shared/domain/otp.ts';
import { suspensionFor } from '../../../shared/domain/suspension.ts';
import { StaleDecisionError } from '../../../shared/errors.ts';
import { moveIdentity } from '../../../shared/repositories/identity-moves.ts';
import { activations, approvers, devices, otpStates, suspensions, users } from '../../../shared/repositories/items.ts';
import { readIdsSince, readMovedUser } from '../../../shared/repositories/later-ids.ts';
import { deleteSuspension, putSuspension } from '../../../shared/repositories/suspensions.ts';
import type { Write } from '../../../shared/repositories/tables.ts';
import { aDevice, aHeldChange, aUser, later, NOW } from '../../fixtures.ts';
import { at, type Given, given, stored } from '../../world/given.ts';
import { type MemoryWorld, memoryWorld } from '../../world/world.ts';

const before = aUser({ userId: 'earlier' });
const user = aUser({ userId: 'new' });
const phone = (members: Partial<Device> = {}) => aDevice({ userId: 'earlier', ...members });
const awake = phone({ endpointArn: 'endpoint', leftEndpointArn: 'left', pushTokenIat: 7 });

let world: MemoryWorld;

function begin(...things: Given[]): void {
  world = memoryWorld();
  given(world, before, ...things);
}

const move = async () => world.tables.transact(await moveIdentity(world.tables, before, user));
const phoneUnder = (userId: string, deviceId = 'phone-1') => stored(world, devices.at(userId, deviceId));

it('says under which id they are kept from now on, also where they come back to an earlier one', async () => {
  begin();
  const ids = () => readIdsSince(world.tables, 'earlier');
  expect([await ids(), await readMovedUser(world.tables, 'earlier')]).toEqual([['earlier'], undefined]);
  await move();
  given(world, user);
  expect([await ids(), await readMovedUser(world.tables, 'earlier')]).toEqual([['earlier', 'new'], user]);
  await world.tables.transact(await moveIdentity(world.tables, user, before));
  expect([await ids(), await readIdsSince(world.tables, 'new')]).toEqual([['earlier'], ['new', 'earlier']]);
});

it('takes away what only the earlier id could do: the user, the place among approvers, the activation code', async () => {
  const code = {
    userId: 'earlier',
    codeHash: 'hash',
    expiresAt: later(9).toISOString(),
    wrongTries: 0,
    wrongHashes: [],
  };
  begin(at(approvers.at('DEMO', 'earlier'), { userId: 'earlier', deviceId: 'phone-1' }), code);
  await move();
  expect([
    stored(world, users.at('earlier')),
    stored(world, approvers.at('DEMO', 'earlier')),
    stored(world, activations.at('earlier')),
  ]).toEqual([undefined, undefined, undefined]);
});

it('gives the phones to the new id, and leaves their keys under the earlier one, where they wake nobody', async () => {
  const retired = phone({ deviceId: 'phone-2', endpointArn: 'old', retiredAt: NOW.toISOString() });
  begin(awake, retired);
  await move();
  expect(phoneUnder('new')).toEqual({ ...awake, userId: 'new' });
  const { endpointArn: _woken, leftEndpointArn: _left, ...kept } = awake;
  expect(phoneUnder('earlier')).toEqual(kept);
  const { endpointArn: _old, ...quiet } = retired;
  expect(phoneUnder('new', 'phone-2')).toEqual({ ...quiet, userId: 'new' });
  expect(phoneUnder('earlier', 'phone-2')).toEqual(retired);
});

it.each<[string, Device, Partial<Device>]>([
  ['is retired', phone(), { retiredAt: NOW.toISOString() }],
  ['gets an endpoint', phone(), { endpointArn: 'another' }],
  ['gets another endpoint', awake, { endpointArn: 'another' }],
  ['leaves an endpoint', phone({ endpointArn: 'endpoint' }), { leftEndpointArn: 'left' }],
  ['leaves another endpoint', awake, { leftEndpointArn: 'another' }],
  ['proves a push token', phone({ endpointArn: 'endpoint' }), { pushTokenIat: 8 }],
  ['proves another push token', awake, { pushTokenIat: 8 }],
])('moves nothing where a phone %s meanwhile', async (_, device, members) => {
  begin(device);
  const writes = await moveIdentity(world.tables, before, user);
  given(world, { ...device, ...members });
  await expect(world.tables.transact(writes)).rejects.toThrow(StaleDecisionError);
  expect([phoneUnder('earlier'), phoneUnder('new')]).toEqual([{ ...device, ...members }, undefined]);
});

it('moves nothing of a phone that is gone meanwhile', async () => {
  const writes = await (async () => {
    begin(phone());
    return moveIdentity(world.tables, before, user);
  })();
  begin();
  await expect(world.tables.transact(writes)).rejects.toThrow(StaleDecisionError);
  expect(phoneUnder('earlier')).toBeUndefined();
});

it('remembers the used one-time codes under the new id, in a first version without an end', async () => {
  const codes: OtpState = { usedSteps: [5], failures: 2, restsUntil: 0, deviceId: 'phone-1', version: 4 };
  begin(at(otpStates.at('earlier'), codes));
  await move();
  expect(stored(world, otpStates.at('new'))).toEqual({ ...codes, version: 1 });
});

it('copies each suspension, for a token and for the company, and no other person’s: what they had asked for stays under the earlier id', async () => {
  const suspension = { ...suspensionFor(aHeldChange(), aUser(), NOW), requesterId: 'earlier', onlyToken: null };
  const forToken = { ...suspension, onlyToken: 'token-holder' };
  const others = { ...suspension, requesterId: 'earlier-2' };
  begin(others);
  for (const each of [suspension, forToken]) await world.tables.transact([putSuspension(each)]);
  await move();
  const copied = [suspension, forToken].map((each) => ({ ...each, requesterId: 'new' }));
  expect(stored(world, suspensions.at('DEMO', 'new'))).toEqual(expect.arrayContaining(copied));
  expect(stored(world, suspensions.at('DEMO', 'earlier'))).toEqual(expect.arrayContaining([suspension, forToken]));
  expect(stored(world, suspensions.at('DEMO', 'earlier-2'))).toEqual([others]);
});

const suspended = { ...suspensionFor(aHeldChange(), aUser(), NOW), requesterId: 'earlier', onlyToken: null };
it.each<[string, boolean, Write]>([
  ['is the first', false, putSuspension(suspended)],
  ['is another', true, putSuspension({ ...suspended, changeId: 'another' })],
  ['of another scope comes', true, putSuspension({ ...suspended, onlyToken: 'token-holder' })],
  ['ends', true, deleteSuspension(suspended)],
])('moves nothing where a suspension %s meanwhile', async (_, isSuspended, meanwhile) => {
  begin(...(isSuspended ? [suspended] : []));
  const writes = await moveIdentity(world.tables, before, user);
  await world.tables.transact([meanwhile]);
  const written = stored(world, suspensions.at('DEMO', 'earlier'));
  await expect(world.tables.transact(writes)).rejects.toThrow(StaleDecisionError);
  expect(stored(world, users.at('earlier'))).toEqual(before);
  expect([stored(world, suspensions.at('DEMO', 'earlier')), stored(world, suspensions.at('DEMO', 'new'))]).toEqual([
    written,
    undefined,
  ]);
});
