import { devices } from '../../../shared/repositories/items.ts';
import { takePlace, timesIn } from '../../../shared/repositories/windows.ts';
import { aDevice, later, NOW } from '../../fixtures.ts';
import { at, given } from '../../world/given.ts';
import { type MemoryWorld, memoryWorld, sent } from '../../world/world.ts';

const PHONE = devices.at('user', 'phone-1');
const LIMIT = { limit: 3, seconds: 600 };
const FULL = { pushed1: later(-1).getTime(), pushed2: later(-2).getTime(), pushed3: later(-3).getTime() };
const take = ({ tables }: MemoryWorld) =>
  takePlace(tables, PHONE, 'pushed', LIMIT, NOW, { create: false, once: 'change-2' });

/** A world whose phone has these attributes of its window. */
function withPhone(window: Record<string, unknown>): MemoryWorld {
  const world = memoryWorld();
  given(world, at(PHONE, { ...aDevice(), ...window }));
  return world;
}

it('takes a place, and notes what for, in one write', async () => {
  const world = withPhone({ pushed1: FULL.pushed2, pushed1For: 'change-1' });
  expect(await take(world)).toMatchObject({
    ...PHONE.key,
    pushed1: NOW.getTime(),
    pushed1For: 'change-2',
    pushed2: FULL.pushed2,
    pushed2For: 'change-1',
  });
  expect(sent(world, 'Update')).toHaveLength(1);
});

it('takes the place that has left the window', async () => {
  const world = withPhone({ ...FULL, pushed3: later(-600).getTime() });
  expect(await take(world)).toMatchObject({ pushed1: NOW.getTime(), pushed2: FULL.pushed1, pushed3: FULL.pushed2 });
});

it.each(['pushed1For', 'pushed3For'])(
  'gives the item, and takes no other place, where %s is the same',
  async (name) => {
    expect(await take(withPhone({ ...FULL, [name]: 'change-2' }))).toMatchObject({ ...FULL, [name]: 'change-2' });
  },
);

it('gives nothing where the window is full of others', async () => {
  expect(await take(withPhone({ ...FULL, pushed1For: 'a', pushed2For: 'b', pushed3For: 'c' }))).toBeUndefined();
});

it('gives nothing where the item is not there', async () => {
  expect(await take(memoryWorld())).toBeUndefined();
});

it('has one place where one is all there may be, and the same again takes it no second time', async () => {
  const world = withPhone({});
  const one = { limit: 1, seconds: 600 };
  const take = (once?: string, now = NOW) =>
    takePlace(world.tables, PHONE, 'pushed', one, now, { create: false, ...(once === undefined ? {} : { once }) });
  expect(await take('change-1')).toMatchObject({ pushed1: NOW.getTime(), pushed1For: 'change-1' });
  expect(await take('change-1', later(1))).toMatchObject({ pushed1: NOW.getTime() });
  expect(await take('change-2', later(599))).toBeUndefined();
  expect(await take(undefined, later(600))).toMatchObject({ pushed1: later(600).getTime() });
});

it('makes the item where it may, without a purpose where none is given', async () => {
  const world = memoryWorld();
  const made = await takePlace(world.tables, PHONE, 'pushed', LIMIT, NOW, { create: true });
  expect(made).toEqual({ ...PHONE.key, pushed1: NOW.getTime(), pushed2: 0, pushed3: 0 });
});

it('tells the times that are there, and none of what is no time', () => {
  const item = { pushed1: 9, pushed2: 'x', pushed4: 8, other1: 7 };
  expect([timesIn(item, 'pushed', LIMIT), timesIn(undefined, 'pushed', LIMIT)]).toEqual([[9], []]);
});
