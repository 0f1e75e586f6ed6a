import { createKeys, openSeed } from '../../../phone/protocol/index.ts';
import type { Token } from '../../../shared/domain/token.ts';
import type { User } from '../../../shared/domain/user.ts';
import {
  activations,
  approvers,
  boundKeys,
  devices,
  recordEvents,
  seeds,
  tokens,
} from '../../../shared/repositories/items.ts';
import { type Enrolment, enrolDevice } from '../../../shared/use-cases/enrol-device.ts';
import { emittedBy } from '../../emitted.ts';
import { aHolder, aToken, aUser, NOW } from '../../fixtures.ts';
import { at, given, stored } from '../../world/given.ts';
import { ACTIVATION_CODE, anEnrolment, givenCode } from '../../world/phone.ts';
import { type MemoryWorld, meanwhile, memoryWorld, refuse, TABLE_NAMES } from '../../world/world.ts';
import { record } from './scene.ts';

const holder = aHolder();

let world: MemoryWorld;

beforeEach(() => {
  world = memoryWorld();
  process.env.POWERTOOLS_LOG_LEVEL = 'SILENT';
  given(world, holder, waiting());
  givenCode(world, holder);
});

const waiting = (members: Partial<Token> = {}) => aToken({ status: 'PENDING_ENROLLMENT', device: null, ...members });
const token = () => stored(world, tokens.at('DEMO', 'token-holder'));
const code = () => stored(world, activations.at('user-holder'));
const again = (members: object) => given(world, at(activations.at('user-holder'), { ...must(code()), ...members }));
const enrol = async (members: Parameters<typeof anEnrolment>[2] = {}, caller: User = holder) =>
  enrolDevice(world, await anEnrolment(world, caller, members));

function must<T>(value: T | undefined): T {
  if (value === undefined) throw new Error('There is none');
  return value;
}

/** Nothing of an enrolment is there. */
function nothingEnrolled(): void {
  const phones = world.services.tables.items(TABLE_NAMES.main).filter(({ sk }) => String(sk).startsWith('DEVICE#'));
  expect([phones, stored(world, seeds.at('token-holder'))]).toEqual([[], undefined]);
}

it('writes the token, its event, the phone, the seed and both keys, and uses the code up', async () => {
  const enrolment = await anEnrolment(world, holder);
  const { deviceId } = await enrolDevice(world, enrolment);
  expect(token()).toMatchObject({
    status: 'ACTIVE',
    version: 4,
    device: { deviceId, platform: 'ANDROID', enrolledAt: NOW.toISOString() },
  });
  const device = must(stored(world, devices.at('user-holder', deviceId)));
  expect(device).toMatchObject({
    tokenId: 'token-holder',
    signingKey: enrolment.signingKey,
    encryptionKey: enrolment.encryptionKey,
  });
  expect(stored(world, recordEvents.at('DEMO', 'token-holder', 1))).toMatchObject({
    type: 'TOKEN_ENROLLED',
    actor: { userId: 'user-holder' },
    details: { from: 'PENDING_ENROLLMENT', to: 'ACTIVE', deviceId, requestId: 'request-enrol' },
  });
  for (const key of [enrolment.signingKey, enrolment.encryptionKey]) {
    expect(stored(world, boundKeys.at(key))).toEqual({ userId: 'user-holder', deviceId });
  }
  expect(stored(world, seeds.at('token-holder'))?.deviceId).toBe(deviceId);
  expect([code(), stored(world, approvers.at('DEMO', 'user-holder'))]).toEqual([undefined, undefined]);
});

it('puts an administrator’s phone among those that may authorize', async () => {
  const admin = aUser();
  const { userId, fullName, username, role, tokenId } = admin;
  given(world, admin, waiting({ tokenId, holder: { userId, fullName, username, role } }));
  givenCode(world, admin);
  const { deviceId } = await enrol({}, admin);
  expect(stored(world, approvers.at('DEMO', 'user-admin'))).toEqual({ userId: 'user-admin', deviceId });
});

describe('is refused, and enrols nothing,', () => {
  it.each<[string, Partial<Enrolment>]>([
    ['of another code', { activationCode: 'FEDC-BA98-7654-3210' }],
    ['of another user', { caller: aUser() }],
    ['that is none', { proof: 'e30.e30.e30' }],
  ])('with a proof %s, before anything is read', async (_, members) => {
    const good = await anEnrolment(world, holder);
    await expect(enrolDevice(world, { ...good, ...members })).rejects.toMatchObject({ code: 'PROOF_REFUSED' });
    expect(world.calls).toEqual([]);
  });

  it.each<[string, () => void, string]>([
    ['a user who is disabled', () => given(world, aHolder({ enabled: false })), 'USER_DISABLED'],
    ['a token that has its phone', () => given(world, aToken()), 'DEVICE_ALREADY_ENROLLED'],
    ['a blocked token', () => given(world, waiting({ status: 'BLOCKED' })), 'ACTION_NOT_AVAILABLE'],
    ['a code of another user alone', () => again({ codeHash: 'other' }), 'ACTIVATION_CODE_INVALID'],
    ['a code that ends now', () => again({ expiresAt: NOW.toISOString() }), 'ACTIVATION_CODE_INVALID'],
    ['a code that was tried wrongly five times', () => again({ wrongTries: 5 }), 'ACTIVATION_CODE_INVALID'],
  ])('for %s', async (_, make, problem) => {
    make();
    await expect(enrol()).rejects.toMatchObject({ code: problem });
    nothingEnrolled();
  });

  it('without a code, whether or not its keys are taken', async () => {
    world = memoryWorld();
    given(world, holder, waiting());
    const enrolment = await anEnrolment(world, holder);
    given(world, at(boundKeys.at(enrolment.signingKey), { userId: 'other', deviceId: 'other' }));
    await expect(enrolDevice(world, enrolment)).rejects.toMatchObject({ code: 'ACTIVATION_CODE_INVALID' });
  });

  it.each(['signingKey', 'encryptionKey'] as const)('where its %s was enrolled before', async (name) => {
    const enrolment = await anEnrolment(world, holder);
    given(world, at(boundKeys.at(enrolment[name]), { userId: 'other', deviceId: 'other' }));
    await expect(enrolDevice(world, enrolment)).rejects.toMatchObject({ code: 'KEY_ALREADY_BOUND' });
    nothingEnrolled();
  });

  it('where one key is to do both', async () => {
    const { signing } = await createKeys();
    const keys = { signing, encryption: signing };
    await expect(enrol({ keys })).rejects.toMatchObject({ code: 'KEY_ALREADY_BOUND' });
    nothingEnrolled();
  });

  it('where SNS takes no such push token', async () => {
    await expect(enrol({ platform: 'IOS', pushToken: 'no-hex' })).rejects.toMatchObject({ code: 'VALIDATION_FAILED' });
    nothingEnrolled();
  });
});

it('fails for a user whose token is missing', async () => {
  given(world, aHolder({ tokenId: 'token-lost' }));
  await expect(enrol({}, aHolder({ tokenId: 'token-lost' }))).rejects.toThrow('The token of a user is missing');
});

describe('a wrong code', () => {
  const WRONG = [
    '1111-1111-1111-1111',
    '2222-2222-2222-2222',
    '3333-3333-3333-3333',
    '4444-4444-4444-4444',
    '5555-5555-5555-5555',
  ];
  const invalid = { code: 'ACTIVATION_CODE_INVALID' };

  it('is one try however often it is sent, and the fifth is the last of the code', async () => {
    for (const activationCode of WRONG.slice(0, 4)) {
      await expect(enrol({ activationCode })).rejects.toMatchObject(invalid);
      await expect(enrol({ activationCode })).rejects.toMatchObject(invalid);
    }
    expect(code()).toMatchObject({ wrongTries: 4 });
    await expect(enrol({ activationCode: WRONG[4] ?? '' })).rejects.toMatchObject(invalid);
    await expect(enrol()).rejects.toMatchObject(invalid);
    nothingEnrolled();
  });

  it('leaves the code good the fourth time', async () => {
    for (const activationCode of WRONG.slice(0, 4))
      await expect(enrol({ activationCode })).rejects.toMatchObject(invalid);
    await expect(enrol()).resolves.toMatchObject({ tokenId: 'token-holder' });
  });

  it('is not counted against a code that was made meanwhile', async () => {
    meanwhile(world, 'Update', () => again({ codeHash: 'newer' }));
    await expect(enrol({ activationCode: WRONG[0] ?? '' })).rejects.toMatchObject(invalid);
    expect(code()).toMatchObject({ codeHash: 'newer', wrongTries: 0 });
  });
});

describe('the same enrolment again', () => {
  it('gives the same phone and seed for ten minutes', async () => {
    const keys = await createKeys();
    const enrolment = await anEnrolment(world, holder, { keys });
    const first = await enrolDevice(world, enrolment);
    world.clock.advance(10 * 60_000);
    const second = await enrolDevice(world, enrolment);
    const open = ({ seed }: { seed: string }) => openSeed(seed, keys.encryption.privateKey);
    expect([second.deviceId, await open(second)]).toEqual([first.deviceId, await open(first)]);
    world.clock.advance(1);
    await expect(enrolDevice(world, enrolment)).rejects.toMatchObject({ code: 'DEVICE_ALREADY_ENROLLED' });
  });

  it('is another where its code or a key is another, or the seed is another phone’s', async () => {
    const keys = await createKeys();
    const enrolment = await anEnrolment(world, holder, { keys });
    const { deviceId } = await enrolDevice(world, enrolment);
    const other = await createKeys();
    for (const members of [
      { keys, activationCode: 'FEDC-BA98-7654-3210' },
      { keys: { ...keys, signing: other.signing } },
      { keys: { ...keys, encryption: other.encryption } },
    ]) {
      await expect(enrol(members)).rejects.toMatchObject({ code: 'DEVICE_ALREADY_ENROLLED' });
    }
    given(world, at(seeds.at('token-holder'), { ...must(stored(world, seeds.at('token-holder'))), deviceId: 'other' }));
    await expect(enrolDevice(world, enrolment)).rejects.toMatchObject({ code: 'DEVICE_ALREADY_ENROLLED' });
    expect(token()?.device?.deviceId).toBe(deviceId);
  });
});

describe('what somebody else writes at the same moment', () => {
  it.each<[string, () => void, string]>([
    ['makes another code', () => again({ codeHash: 'newer' }), 'ACTIVATION_CODE_INVALID'],
    ['blocks the token', () => given(world, waiting({ status: 'BLOCKED', version: 4 })), 'ACTION_NOT_AVAILABLE'],
    ['disables the user', () => given(world, aHolder({ enabled: false })), 'USER_DISABLED'],
    ['enrols another phone', () => given(world, aToken({ version: 4 })), 'DEVICE_ALREADY_ENROLLED'],
  ])('%s, which is then what refuses', async (_, write, problem) => {
    meanwhile(world, 'TransactWrite', write);
    await expect(enrol()).rejects.toMatchObject({ code: problem });
    nothingEnrolled();
  });

  it('takes a key of the phone', async () => {
    const enrolment = await anEnrolment(world, holder);
    const owner = at(boundKeys.at(enrolment.encryptionKey), { userId: 'other', deviceId: 'other' });
    meanwhile(world, 'TransactWrite', () => given(world, owner));
    await expect(enrolDevice(world, enrolment)).rejects.toMatchObject({ code: 'KEY_ALREADY_BOUND' });
  });

  it.each(['BatchGet', 'TransactWrite'])(
    'loads a physical token before the %s, and it is disabled too',
    async (call) => {
      const physical = aToken({ tokenId: 'token-physical', kind: 'PHYSICAL', status: 'ENABLED', device: null });
      meanwhile(world, call, () =>
        given(world, aHolder({ physicalTokenId: 'token-physical' }), physical, waiting({ version: 4 })),
      );
      await enrol();
      expect(stored(world, tokens.at('DEMO', 'token-physical'))?.status).toBe('DISABLED');
    },
  );
});

it('enrols a phone that SNS does not answer for, without an endpoint, and counts that', async () => {
  refuse(world, 'CreatePlatformEndpoint', new Error('no answer'));
  const emitted = await emittedBy(() => enrol());
  expect(emitted).toEqual(
    expect.arrayContaining([
      ['PushFailures NO_ENDPOINT', 1],
      ['SeedsSealed', 1],
    ]),
  );
  const { deviceId = '' } = token()?.device ?? {};
  expect(stored(world, devices.at('user-holder', deviceId))?.endpointArn).toBeUndefined();
});

it('disables the physical token once, by the word of whoever enrols, in its own record', async () => {
  const physical = aToken({ tokenId: 'token-physical', kind: 'PHYSICAL', status: 'ENABLED', device: null });
  given(world, aHolder({ physicalTokenId: 'token-physical' }), physical);
  await enrol({}, aHolder({ physicalTokenId: 'token-physical' }));
  expect(record(world, 'token-physical')).toMatchObject([
    {
      type: 'PHYSICAL_TOKEN_DISABLED',
      actor: { type: 'USER', userId: 'user-holder' },
      details: { from: 'ENABLED', to: 'DISABLED', requestId: expect.any(String) },
    },
  ]);
});

it('leaves a physical token alone that is disabled already', async () => {
  const physical = aToken({ tokenId: 'token-physical', kind: 'PHYSICAL', status: 'DISABLED', device: null });
  given(world, aHolder({ physicalTokenId: 'token-physical' }), physical);
  await enrol({}, aHolder({ physicalTokenId: 'token-physical' }));
  expect(stored(world, tokens.at('DEMO', 'token-physical'))).toEqual(physical);
});

it('reads a code however it was pasted', async () => {
  await expect(
    enrol({ activationCode: ` ${ACTIVATION_CODE.toLowerCase().replaceAll('-', ' ')}`, keys: await createKeys() }),
  ).resolves.toMatchObject({ tokenId: 'token-holder' });
});
