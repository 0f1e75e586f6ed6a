import type { User } from '../../../shared/domain/user.ts';
import { administratorPages, listAdministrator } from '../../../shared/repositories/administrators.ts';
import { administrators } from '../../../shared/repositories/items.ts';
import { aUser } from '../../fixtures.ts';
import { given, stored } from '../../world/given.ts';
import { type MemoryWorld, memoryWorld, TABLE_NAMES } from '../../world/world.ts';

const administrator = aUser({ userId: 'one', role: 'ADMINISTRATOR' });
const secondary = aUser({ userId: 'one', role: 'SECONDARY' });
const disabled = aUser({ userId: 'one', role: 'ADMINISTRATOR', enabled: false });
const renamed = aUser({ userId: 'other', role: 'ADMINISTRATOR' });

let world: MemoryWorld;
beforeEach(() => {
  world = memoryWorld();
});

/** Whom the list has once users were written one after the other. */
async function listAfter(...written: readonly User[]): Promise<(string | undefined)[]> {
  for (const [index, user] of written.entries()) {
    const writes = listAdministrator(written[index - 1] ?? null, user);
    if (writes.length > 0) await world.tables.transact(writes);
  }
  return ['one', 'other'].map((userId) => stored(world, administrators.at('DEMO', userId))?.userId);
}

it.each<[string, readonly User[], (string | undefined)[]]>([
  ['a new administrator', [administrator], ['one', undefined]],
  ['an administrator whose name changes', [administrator, administrator], ['one', undefined]],
  ['an administrator under another id, and not under the earlier', [administrator, renamed], [undefined, 'other']],
  ['a secondary user who becomes administrator', [secondary, administrator], ['one', undefined]],
  ['no secondary user', [secondary], [undefined, undefined]],
  ['nobody who becomes a secondary user', [administrator, secondary], [undefined, undefined]],
  ['nobody who is disabled', [administrator, disabled], [undefined, undefined]],
])('lists %s', async (_, written, expected) => {
  expect(await listAfter(...written)).toEqual(expected);
});

it('reads the administrators on the list, and leaves out who is none by now or is no longer there', async () => {
  await listAfter(administrator);
  await world.tables.transact([
    ...listAdministrator(null, renamed),
    ...listAdministrator(null, aUser({ userId: 'gone' })),
  ]);
  given(world, { ...administrator, enabled: false }, renamed);
  expect(await Array.fromAsync(administratorPages(world.tables, 'DEMO'))).toEqual([[renamed]]);
  expect(world.services.tables.items(TABLE_NAMES.main).filter(({ sk }) => sk === 'ADMINISTRATOR#gone')).toHaveLength(1);
});
