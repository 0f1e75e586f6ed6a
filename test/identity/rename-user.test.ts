import { renameUser } from '../../scripts/identity/rename-user.ts';
import { deleteActivation } from '../../shared/repositories/activations.ts';
import {
  activations,
  approvers,
  devices,
  serialHolders,
  usernameClaims,
  usernameOwners,
  users,
} from '../../shared/repositories/items.ts';
import { listTokens } from '../../shared/use-cases/list-tokens.ts';
import { at, given, stored } from '../world/given.ts';
import { beginIdentityScene, everything, find, type IdentityScene, lastEvent, load } from './scene.ts';

let scene: IdentityScene;

beforeEach(async () => {
  scene = await beginIdentityScene();
});

const rename = (to: string, username = 'demo.uno') => renameUser(scene.parts, username, to);

it('gives a person another name with their tokens, phone, serial and record, and ends the former sign-in', async () => {
  const { world, pool } = scene;
  const before = find(world, 'demo.uno');
  const renamed = await rename('demo.nueva');
  const after = find(world, 'demo.nueva');
  const [from, to] = [before.user.userId, pool.get('demo.nueva').sub];
  expect(renamed).toEqual({ userIdFrom: from, userIdTo: to });
  expect(pool.calls).toEqual(['create demo.nueva', 'get demo.uno', 'disable demo.uno', 'sign out demo.uno']);
  expect(after.user).toEqual({ ...before.user, userId: to, username: 'demo.nueva' });
  expect(after.virtual).toMatchObject({
    status: 'ACTIVE',
    device: before.virtual.device,
    holder: { ...before.virtual.holder, userId: to, username: 'demo.nueva' },
  });
  expect([stored(world, users.at(from)), stored(world, devices.at(to, 'phone-9'))?.endpointArn]).toEqual([
    undefined,
    'endpoint-9',
  ]);
  expect(stored(world, approvers.at('C1', to))).toEqual({ userId: to, deviceId: 'phone-9' });
  expect(stored(world, serialHolders.at('C1', 'S-1'))).toEqual({ username: 'demo.nueva' });
  const change = { userIdFrom: from, userIdTo: to, usernameFrom: 'demo.uno', usernameTo: 'demo.nueva' };
  for (const { tokenId } of [after.virtual, before.physical ?? before.virtual]) {
    expect(lastEvent(world, 'C1', tokenId)).toEqual({
      type: 'HOLDER_UPDATED',
      details: { ...change, requestId: expect.any(String) },
    });
  }
  expect(lastEvent(world, 'C1', '-')).toMatchObject({
    type: 'SIGN_IN_CHANGED',
    details: { userId: to, userIdFrom: from },
  });
});

it('is found by the new name and no longer by the former one', async () => {
  await rename('nueva');
  const filter = { companyId: 'C1', kind: 'VIRTUAL', status: undefined, sort: 'name' } as const;
  const search = async (word: string) => {
    const { tokens } = await listTokens(scene.world, { ...filter, words: [word] }, 25, undefined);
    return tokens.map(({ holder }) => holder.username);
  };
  expect([await search('nueva'), await search('dos')]).toEqual([['nueva'], ['demo.dos']]);
});

it('a load goes on with the new name, and refuses the former one, also for somebody else', async () => {
  const { world } = scene;
  await rename('demo.nueva');
  const { people, bad } = await load(world, { username: 'demo.nueva', serial: 'S-1' }, { name: 'Otra Persona' });
  expect([people, bad]).toEqual([
    '0 created, 0 updated, 1 unchanged',
    ['line 3: username: is now demo.nueva: use that name'],
  ]);
});

it('a second run does what is left: it ends a sign-in that outlived the first', async () => {
  const { pool } = scene;
  const renamed = await rename('demo.nueva');
  pool.get('demo.uno').enabled = true;
  expect([await rename('demo.nueva'), pool.get('demo.uno').enabled]).toEqual([renamed, false]);
});

it('leaves alone whoever has the former name in the pool by now', async () => {
  const { pool } = scene;
  pool.users.set('demo.uno', { username: 'demo.uno', sub: 'else', email: '', enabled: true, signedIn: true });
  await rename('demo.nueva');
  expect(pool.get('demo.uno').enabled).toBe(true);
});

it('an activation code of the former sign-in is void', async () => {
  const { world } = scene;
  const { user } = find(world, 'demo.dos');
  const code = { userId: user.userId, codeHash: 'hash', expiresAt: '2099', wrongTries: 0, wrongHashes: [] };
  given(world, code);
  const renamed = await rename('demo.tres', 'demo.dos');
  expect([renamed.userIdFrom, renamed.userIdTo].map((id) => stored(world, activations.at(id)))).toEqual([
    undefined,
    undefined,
  ]);
});

it('takes along the phone of an enrolment that ends meanwhile', async () => {
  const { world, pool } = scene;
  const { user, virtual } = find(world, 'demo.dos');
  let enrols = true;
  pool.before = async (call) => {
    if (!enrols || !call.startsWith('create')) return;
    enrols = false;
    const device = { deviceId: 'phone-7', name: 'Demo', platform: 'IOS', enrolledAt: virtual.updatedAt } as const;
    given(world, { ...virtual, status: 'ACTIVE', device, version: virtual.version + 1 });
    await world.tables.transact([deleteActivation(user.userId)]);
  };
  await rename('demo.tres', 'demo.dos');
  expect(find(world, 'demo.tres').virtual).toMatchObject({ status: 'ACTIVE', device: { deviceId: 'phone-7' } });
});

describe('refuses, and writes nothing, where', () => {
  it.each([
    ['there is no such user', 'nadie', 'demo.nueva', 'there is no user nadie'],
    ['the name is another user’s', 'demo.uno', 'Demo.Dos', 'the company has a Demo.Dos already: use another name'],
    ['the name is their own', 'demo.uno', 'DEMO.UNO', 'the company has a DEMO.UNO already: use another name'],
    ['the name is of another company', 'demo.uno', 'otra.uno', 'belongs to another company: use another username'],
    ['the name is none', 'demo.uno', 'demo nueva', 'must be 1 to 100 letters, digits or any of ._@+-'],
  ])('%s', async (_, username, to, reason) => {
    const before = everything(scene.world);
    await expect(rename(to, username)).rejects.toThrow(reason);
    expect([everything(scene.world), scene.pool.calls]).toEqual([before, []]);
  });

  it('another load is creating the name in another company', async () => {
    const { world } = scene;
    given(world, at(usernameClaims.at('demo.nueva'), { companyId: 'C2', until: '2099' }));
    await expect(rename('demo.nueva')).rejects.toThrow('another load is creating it in another company');
    expect(scene.pool.calls).toEqual([]);
  });

  it('they are disabled', async () => {
    await load(scene.world, { role: 'DISABLED' });
    await expect(rename('demo.nueva')).rejects.toThrow('demo.uno is disabled: enable them first by a load');
  });

  it('a change of their token is under way', async () => {
    const { virtual } = find(scene.world, 'demo.uno');
    const pending = { changeId: 'c', action: 'RELEASE', status: 'PENDING_AUTHORIZATION', expiresAt: '2099' } as const;
    given(scene.world, { ...virtual, pendingChange: pending });
    await expect(rename('demo.nueva')).rejects.toThrow('a change of demo.uno’s token is under way');
    expect(scene.pool.calls).toEqual([]);
  });

  it('they were renamed otherwise already', async () => {
    await rename('demo.nueva');
    await expect(rename('demo.otra')).rejects.toThrow('is now demo.nueva: use that name');
    expect(stored(scene.world, usernameOwners.at('demo.otra'))).toBeUndefined();
  });

  it('the pool does not take the name', async () => {
    scene.pool.refused.add('uno@example.com');
    await expect(rename('demo.nueva')).rejects.toThrow('refused');
    expect(find(scene.world, 'demo.uno').user.username).toBe('demo.uno');
  });
});
