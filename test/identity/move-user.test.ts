import { moveUser } from '../../scripts/identity/move-user.ts';
import { serialHolders, usernameOwners } from '../../shared/repositories/items.ts';
import { stored } from '../world/given.ts';
import { beginIdentityScene, everything, find, type IdentityScene, lastEvent, load } from './scene.ts';

const NOBODY_LEFT =
  'la empresa C1 queda sin quien pueda autorizar: ningún administrador tiene el celular habilitado · ' +
  'company C1 is left with nobody who can authorize: no administrator has enrolled a phone';

let scene: IdentityScene;

beforeEach(async () => {
  scene = await beginIdentityScene();
});

const move = (to = 'otra.demo', { username = 'demo.uno', companyId = 'C2' } = {}) =>
  moveUser(scene.parts, { username, to, companyId });

it('disables a person where they were, and has them come in at the other company with their serial', async () => {
  const { world, pool } = scene;
  const before = find(world, 'demo.uno');
  const moved = await move();
  const [left, came] = [find(world, 'demo.uno'), find(world, 'otra.demo')];
  expect(moved).toEqual({ userIdFrom: before.user.userId, userIdTo: came.user.userId, warnings: [NOBODY_LEFT] });
  expect(left.user).toEqual({ ...before.user, enabled: false });
  expect(left.virtual.device).toEqual(before.virtual.device);
  expect([pool.get('demo.uno').enabled, pool.get('otra.demo').enabled]).toEqual([false, true]);
  const { fullName, email, role } = before.user;
  expect(came.user).toMatchObject({ companyId: 'C2', username: 'otra.demo', fullName, email, role, enabled: true });
  expect([came.virtual.status, came.physical?.serial]).toEqual(['PENDING_ENROLLMENT', 'S-1']);
  expect(['C1', 'C2'].map((companyId) => stored(world, serialHolders.at(companyId, 'S-1')))).toEqual([
    { username: 'demo.uno' },
    { username: 'otra.demo' },
  ]);
  expect(lastEvent(world, 'C1', before.virtual.tokenId)).toMatchObject({ details: { enabledTo: false } });
  expect(lastEvent(world, 'C1', '-')).toMatchObject({ type: 'ADMINISTRATOR_REMOVED' });
  expect(lastEvent(world, 'C2', '-')).toMatchObject({
    type: 'ADMINISTRATOR_ADDED',
    details: { userId: moved.userIdTo },
  });
});

it('neither company’s record names the other', async () => {
  const { world } = scene;
  const { virtual } = find(world, 'demo.uno');
  await move();
  const { virtual: there } = find(world, 'otra.demo');
  expect(JSON.stringify([lastEvent(world, 'C1', virtual.tokenId), lastEvent(world, 'C1', '-')])).not.toMatch(/C2|otra/);
  expect(JSON.stringify([lastEvent(world, 'C2', there.tokenId), lastEvent(world, 'C2', '-')])).not.toMatch(
    /C1|demo\.uno/,
  );
});

it('no load brings the former identity back', async () => {
  await move();
  const { bad } = await load(scene.world, { role: 'ADMINISTRATOR' });
  expect(bad).toEqual(['line 2: username: is now otra.demo: use that name']);
  expect(find(scene.world, 'demo.uno').user.enabled).toBe(false);
});

it('a load that had begun before the move does not bring it back either', async () => {
  const { world, pool } = scene;
  let moves = true;
  await load(world, { role: 'DISABLED' });
  pool.before = async (call) => {
    if (!moves || call !== 'get demo.uno') return;
    moves = false;
    await move();
  };
  const { bad } = await load(world, { serial: 'S-1' });
  expect(bad).toEqual(['line 2: username: is now otra.demo: use that name']);
  expect(find(world, 'demo.uno').user.enabled).toBe(false);
});

it.each(['disable demo.uno', 'sign out demo.uno', 'invite otra.demo'])(
  'stopped at "%s", it is never enabled in both, and a second run completes it',
  async (stop) => {
    const { world, pool } = scene;
    pool.before = async (call) => {
      if (call === stop) throw new Error('stopped');
    };
    await expect(move()).rejects.toThrow('stopped');
    expect(stored(world, usernameOwners.at('otra.demo'))).toBeUndefined();
    pool.before = async () => {};
    await move();
    expect(['demo.uno', 'otra.demo'].map((name) => find(world, name).user.enabled)).toEqual([false, true]);
    expect(await move()).toMatchObject({ userIdTo: find(world, 'otra.demo').user.userId });
  },
);

it('warns of no company that others can authorize for', async () => {
  expect(await move('otra.dos', { username: 'demo.dos' })).toMatchObject({ warnings: [] });
});

describe('refuses, and writes nothing, where', () => {
  it.each([
    ['there is no such user', { username: 'nadie' }, 'otra.demo', 'there is no user nadie'],
    ['there is no such company', { companyId: 'C3' }, 'otra.demo', 'there is no company C3: load it first'],
    ['they are of it already', { companyId: 'C1' }, 'otra.demo', 'demo.uno is of that company already'],
    ['the company has the name', {}, 'otra.uno', 'the company has a otra.uno already'],
    ['the name is of their own company', {}, 'demo.dos', 'belongs to another company: use another username'],
    ['the name stays as it was', {}, 'demo.uno', 'belongs to another company: use another username'],
    ['the name is none', {}, 'otra demo', 'must be 1 to 100 letters'],
  ])('%s', async (_, where, to, reason) => {
    const before = everything(scene.world);
    await expect(move(to, where)).rejects.toThrow(reason);
    expect([everything(scene.world), scene.pool.calls]).toEqual([before, []]);
  });

  it('another user of the company has their serial', async () => {
    await load(scene.world, { company: 'C2', username: 'otra.dos', serial: 's-1' });
    const before = everything(scene.world);
    await expect(move()).rejects.toThrow('another user of the company has it');
    expect(everything(scene.world)).toBe(before);
  });

  it('the pool does not take the name', async () => {
    scene.pool.refused.add('uno@example.com');
    await expect(move()).rejects.toThrow('refused');
    expect(find(scene.world, 'demo.uno').user.enabled).toBe(true);
  });

  it('they were renamed or moved otherwise already', async () => {
    await move();
    await expect(move('otra.otra')).rejects.toThrow('is now otra.demo: use that name');
  });
});
