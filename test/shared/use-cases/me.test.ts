import { ProvisionedThroughputExceededException } from '@aws-sdk/client-dynamodb';
import { signIns, usernameOwners } from '../../../shared/repositories/items.ts';
import { getAppMe } from '../../../shared/use-cases/get-app-me.ts';
import { getMe } from '../../../shared/use-cases/get-me.ts';
import { assertRescuable, findUsernameOwner } from '../../../shared/use-cases/rescued-administrator.ts';
import { aDevice, aHolder, aToken, aUser, later, NOW } from '../../fixtures.ts';
import { at, given, stored } from '../../world/given.ts';
import { type MemoryWorld, meanwhile, memoryWorld, refuse, sent } from '../../world/world.ts';
import { done } from './scene.ts';

const company = { companyId: 'DEMO', name: 'Demo', authorizationPolicy: 'HOLDER' } as const;

let world: MemoryWorld;

beforeEach(() => {
  world = memoryWorld();
});

describe('the caller on the web', () => {
  it('is told their company, and as an administrator what they may do', async () => {
    given(world, company);
    expect(await getMe(world, aUser(), NOW)).toEqual({
      company,
      permissions: ['tokens:read', 'changes:read', 'changes:request', 'changes:cancel', 'activation-codes:create'],
      lastAccess: null,
    });
  });

  it.each([
    ['secondary user', aHolder()],
    ['disabled administrator', aUser({ enabled: false })],
  ])('may do nothing as a %s', async (_, user) => {
    given(world, company);
    expect((await getMe(world, user, NOW)).permissions).toEqual([]);
  });

  it('is told nothing where their company is missing', async () => {
    await expect(getMe(world, aUser({ companyId: 'OTRA' }), NOW)).rejects.toThrow('The company of a user is missing');
  });
});

describe('the caller on the phone', () => {
  const physical = aToken({ tokenId: 'token-physical', kind: 'PHYSICAL', status: 'ENABLED', device: null });
  const retired = aDevice({ userId: 'user-holder', deviceId: 'phone-0', retiredAt: NOW.toISOString() });

  it('is told their tokens', async () => {
    given(world, aToken(), physical);
    const expected = { token: aToken(), physicalToken: undefined, retiredDeviceId: null, lastAccess: null };
    expect(await getAppMe(world, aHolder(), undefined, NOW)).toEqual(expected);
    const owner = aHolder({ physicalTokenId: 'token-physical' });
    expect(await getAppMe(world, owner, undefined, NOW)).toEqual({ ...expected, physicalToken: physical });
  });

  it.each([
    ['that is retired', 'phone-0', 'phone-0'],
    ['that is enrolled', 'phone-1', null],
    ['of another user, retired as it may be', 'phone-2', null],
    ['that nobody has', 'phone-9', null],
  ])('is told of a device %s whether it is retired', async (_, deviceId, retiredDeviceId) => {
    given(world, aToken(), retired, aDevice({ userId: 'user-holder' }), {
      ...retired,
      userId: 'other',
      deviceId: 'phone-2',
    });
    expect(await getAppMe(world, aHolder(), deviceId, NOW)).toMatchObject({ retiredDeviceId });
  });

  it('is told nothing where their token is missing', async () => {
    await expect(getAppMe(world, aHolder(), undefined, NOW)).rejects.toThrow('The token of a user is missing');
  });
});

describe('the last access', () => {
  const [MORNING, NOON, EVENING] = [later(0), later(3_600), later(7_200)];
  const admin = aUser();
  const web = signIns.at(admin.userId, 'WEB');
  const phone = signIns.at(admin.userId, 'PHONE');
  const readAccess = async (signedInAt: Date | undefined) => (await getMe(world, admin, signedInAt)).lastAccess;

  beforeEach(() => given(world, company, aToken({ tokenId: admin.tokenId })));

  it('is the sign-in before this one, however often it is asked', async () => {
    expect(await readAccess(MORNING)).toBeNull();
    expect(await readAccess(MORNING)).toBeNull();
    expect(await readAccess(NOON)).toBe(MORNING.toISOString());
    expect(await readAccess(NOON)).toBe(MORNING.toISOString());
    expect(await readAccess(EVENING)).toBe(NOON.toISOString());
    expect(stored(world, web)).toEqual({ latest: EVENING.toISOString(), previous: NOON.toISOString() });
  });

  it('is written once a sign-in, and never for an older one', async () => {
    for (const at of [NOON, NOON, MORNING, NOON]) await readAccess(at);
    expect(sent(world, 'Update')).toHaveLength(1);
    expect(stored(world, web)).toEqual({ latest: NOON.toISOString() });
  });

  it('tells an older session of the newer one', async () => {
    await readAccess(MORNING);
    await readAccess(NOON);
    expect(await readAccess(MORNING)).toBe(NOON.toISOString());
  });

  it('is told on the phone of sign-ins on the phone, and on the web of those on the web', async () => {
    await readAccess(MORNING);
    expect(await getAppMe(world, admin, undefined, NOON)).toMatchObject({ lastAccess: null });
    expect(await getAppMe(world, admin, undefined, EVENING)).toMatchObject({ lastAccess: NOON.toISOString() });
    expect(stored(world, web)).toEqual({ latest: MORNING.toISOString() });
    expect(stored(world, phone)).toEqual({ latest: EVENING.toISOString(), previous: NOON.toISOString() });
  });

  it('is not known of a token that does not say when its person signed in, and nothing is written', async () => {
    await readAccess(MORNING);
    expect(await readAccess(undefined)).toBeNull();
    expect(stored(world, web)).toEqual({ latest: MORNING.toISOString() });
  });

  it('stays the first that another call noted meanwhile', async () => {
    const written = { latest: NOON.toISOString() };
    meanwhile(world, 'Update', () => given(world, at(web, written)));
    expect(await readAccess(MORNING)).toBeNull();
    expect(stored(world, web)).toEqual(written);
  });

  it('is not set back by a call that read before a newer sign-in', async () => {
    await readAccess(MORNING);
    const written = { latest: EVENING.toISOString(), previous: MORNING.toISOString() };
    meanwhile(world, 'Update', () => given(world, at(web, written)));
    await readAccess(NOON);
    expect(stored(world, web)).toEqual(written);
  });

  it('stays what another call of the same sign-in has written meanwhile', async () => {
    await readAccess(MORNING);
    const written = { latest: NOON.toISOString(), previous: MORNING.toISOString() };
    meanwhile(world, 'Update', () => given(world, at(web, written)));
    expect(await readAccess(NOON)).toBe(MORNING.toISOString());
    expect(stored(world, web)).toEqual(written);
  });

  it.each([
    ['in passing', new ProvisionedThroughputExceededException({ message: 'busy', $metadata: {} }), []],
    [
      'for want of a permission, and that is counted',
      Object.assign(new Error('no'), { name: 'AccessDeniedException' }),
      [['PermissionsRefused', 1]],
    ],
  ])('is told all the same where the note is refused %s', async (_, error, emitted) => {
    await readAccess(MORNING);
    refuse(world, 'Update', error);
    expect(await done(() => readAccess(NOON))).toEqual({ answer: MORNING.toISOString(), emitted });
    expect(stored(world, web)).toEqual({ latest: MORNING.toISOString() });
  });
});

describe('a rescue', () => {
  const owner = {
    userId: 'user-admin',
    companyId: 'DEMO',
    tokenId: 'token-admin',
    physicalTokenId: null,
    canSignIn: true,
  };

  it.each(['demo.josé', 'Demo.JOSÉ', 'demo.jose\u0301'])(
    'finds whose the username is, as the user pool does: %s',
    async (username) => {
      given(world, at(usernameOwners.at('demo.josé'), owner));
      expect(await findUsernameOwner(world, username)).toEqual(owner);
    },
  );

  it('finds nobody by a username that is nobody’s', async () => {
    await expect(findUsernameOwner(world, 'demo.jose')).rejects.toMatchObject({ code: 'NOT_FOUND' });
  });

  it('is of an enabled administrator alone', () => {
    expect(assertRescuable(aUser())).toEqual(aUser());
    expect(() => assertRescuable(undefined)).toThrow('USER_DISABLED');
    expect(() => assertRescuable(aUser({ enabled: false }))).toThrow('USER_DISABLED');
    expect(() => assertRescuable(aHolder())).toThrow('ADMINISTRATOR_ONLY');
  });
});
