import { usernameOwners } from '../../../shared/repositories/items.ts';
import { getAppMe } from '../../../shared/use-cases/get-app-me.ts';
import { getMe } from '../../../shared/use-cases/get-me.ts';
import { assertRescuable, findUsernameOwner } from '../../../shared/use-cases/rescued-administrator.ts';
import { aDevice, aHolder, aToken, aUser, NOW } from '../../fixtures.ts';
import { at, given } from '../../world/given.ts';
import { type MemoryWorld, memoryWorld } from '../../world/world.ts';

const company = { companyId: 'DEMO', name: 'Demo', authorizationPolicy: 'HOLDER' } as const;

let world: MemoryWorld;

beforeEach(() => {
  world = memoryWorld();
});

describe('the caller on the web', () => {
  it('is told their company, and as an administrator what they may do', async () => {
    given(world, company);
    expect(await getMe(world, aUser())).toEqual({
      company,
      permissions: ['tokens:read', 'changes:read', 'changes:request', 'changes:cancel', 'activation-codes:create'],
    });
  });

  it.each([
    ['secondary user', aHolder()],
    ['disabled administrator', aUser({ enabled: false })],
  ])('may do nothing as a %s', async (_, user) => {
    given(world, company);
    expect((await getMe(world, user)).permissions).toEqual([]);
  });

  it('is told nothing where their company is missing', async () => {
    await expect(getMe(world, aUser({ companyId: 'OTRA' }))).rejects.toThrow('The company of a user is missing');
  });
});

describe('the caller on the phone', () => {
  const physical = aToken({ tokenId: 'token-physical', kind: 'PHYSICAL', status: 'ENABLED', device: null });
  const retired = aDevice({ userId: 'user-holder', deviceId: 'phone-0', retiredAt: NOW.toISOString() });

  it('is told their tokens', async () => {
    given(world, aToken(), physical);
    const expected = { token: aToken(), physicalToken: undefined, retiredDeviceId: null };
    expect(await getAppMe(world, aHolder(), undefined)).toEqual(expected);
    const owner = aHolder({ physicalTokenId: 'token-physical' });
    expect(await getAppMe(world, owner, undefined)).toEqual({ ...expected, physicalToken: physical });
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
    expect(await getAppMe(world, aHolder(), deviceId)).toMatchObject({ retiredDeviceId });
  });

  it('is told nothing where their token is missing', async () => {
    await expect(getAppMe(world, aHolder(), undefined)).rejects.toThrow('The token of a user is missing');
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
