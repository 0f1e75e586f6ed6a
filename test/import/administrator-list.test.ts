import { renameUser } from '../../scripts/identity/rename-user.ts';
import { administratorPages } from '../../shared/repositories/administrators.ts';
import { administrators, usernameOwners } from '../../shared/repositories/items.ts';
import { beginIdentityScene, find, type IdentityScene, load } from '../identity/scene.ts';
import { given, stored } from '../world/given.ts';
import { sent, TABLE_NAMES } from '../world/world.ts';

let scene: IdentityScene;

beforeEach(async () => {
  scene = await beginIdentityScene();
});

/** The usernames of the company's administrators, as whoever tells them something finds them. */
async function listed(): Promise<string[]> {
  const pages = await Array.fromAsync(administratorPages(scene.world.tables, 'C1'));
  return pages
    .flat()
    .map(({ username }) => username)
    .sort();
}

it('has whoever is loaded as administrator, whatever becomes of them, and is read without the company’s other users', async () => {
  const { world } = scene;
  await load(world, { username: 'demo.tres', role: 'SECONDARY' });
  world.calls.length = 0;
  expect(await listed()).toEqual(['demo.dos', 'demo.uno']);
  expect([sent(world, 'Query').length, sent(world, 'BatchGet').length]).toEqual([1, 1]);
  await load(world, { role: 'SECONDARY', serial: 'S-1' }, { username: 'demo.tres' });
  expect(await listed()).toEqual(['demo.dos', 'demo.tres']);
  await load(world, { username: 'demo.dos', role: 'DISABLED' });
  expect(await listed()).toEqual(['demo.tres']);
  await renameUser(scene.parts, 'demo.tres', 'demo.cuatro');
  expect(await listed()).toEqual(['demo.cuatro']);
  const items = world.services.tables
    .items(TABLE_NAMES.main)
    .filter(({ sk }) => String(sk).startsWith('ADMINISTRATOR#'));
  expect(items.filter(({ pk }) => pk === 'COMPANY#C1')).toHaveLength(1);
});

it('leaves out whoever is no administrator by now, though an entry were left', async () => {
  const { user } = find(scene.world, 'demo.uno');
  given(scene.world, { ...user, enabled: false });
  expect(await listed()).toEqual(['demo.dos']);
});

it('gets those of a company that an earlier version loaded, by the same file again, which changes nothing else', async () => {
  const { world } = scene;
  const { userId } = find(world, 'demo.dos').user;
  await world.tables.transact([{ Delete: { TableName: 'main', Key: administrators.key('C1', userId) } }]);
  expect(await listed()).toEqual(['demo.uno']);
  const before = find(world, 'demo.dos').virtual;
  expect((await load(world, { username: 'demo.dos' })).people).toBe('0 created, 0 updated, 1 unchanged');
  expect([await listed(), find(world, 'demo.dos').virtual]).toEqual([['demo.dos', 'demo.uno'], before]);
  expect(stored(world, usernameOwners.at('demo.dos'))?.userId).toBe(userId);
});
