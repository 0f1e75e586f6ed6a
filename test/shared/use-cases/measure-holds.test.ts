import type { Change } from '../../../shared/domain/change.ts';
import { openShard } from '../../../shared/repositories/items.ts';
import { measureHolds } from '../../../shared/use-cases/measure-holds.ts';
import { emittedBy } from '../../emitted.ts';
import { aHeldChange, later } from '../../fixtures.ts';
import { given } from '../../world/given.ts';
import { type MemoryWorld, memoryWorld } from '../../world/world.ts';

interface Indexed {
  readonly age: number;
  /** Seconds from now. */
  readonly due: number;
  readonly status?: Change['status'];
}

/** Ids of changes that are all in one shard, as many as there can be. */
function* idsOfOneShard(): Generator<string> {
  const shard = openShard({ changeId: 'change-0' });
  for (let index = 0; ; index++) {
    const changeId = `change-${index}`;
    if (openShard({ changeId }) === shard) yield changeId;
  }
}

/** A world with these changes in its index of open ones, all in one shard. */
function indexed(...changes: readonly Indexed[]): MemoryWorld {
  const world = memoryWorld();
  const ids = idsOfOneShard();
  for (const { age, due, status = 'PENDING_AUTHORIZATION' } of changes) {
    const changeId = String(ids.next().value);
    const [createdAt, dueAt] = [later(-age).toISOString(), later(due).toISOString()];
    given(world, aHeldChange({ changeId, status, createdAt, dueAt }));
  }
  return world;
}

const HELD = { age: 200, due: 400 };
const JUST_HELD = { age: 1, due: 1 };
const many = (count: number, change: Indexed) => Array.from({ length: count }, () => change);

it.each<{ what: string; changes: Indexed[]; open: number; oldest: number }>([
  { what: 'nothing', changes: [], open: 0, oldest: 0 },
  { what: 'one that was requested just now', changes: [JUST_HELD], open: 1, oldest: 1 },
  {
    what: 'one that was seen to, behind one that was requested later',
    changes: [JUST_HELD, HELD],
    open: 2,
    oldest: 200,
  },
  {
    what: 'one that is stuck, before one that was seen to',
    changes: [{ age: 900, due: -300 }, HELD],
    open: 2,
    oldest: 900,
  },
  {
    what: 'one that was seen to and is older than one that is overdue',
    changes: [{ age: 90, due: -30, status: 'AUTHORIZED' }, HELD],
    open: 2,
    oldest: 200,
  },
  {
    what: 'one that is stuck behind many that are closed',
    changes: [...many(60, { age: 5_000, due: -900, status: 'APPLIED' }), { age: 700, due: -60, status: 'AUTHORIZED' }],
    open: 61,
    oldest: 700,
  },
  { what: 'closed ones alone', changes: many(3, { age: 50, due: -10, status: 'REJECTED' }), open: 3, oldest: 0 },
])('tells the age of the oldest open change of $what', async ({ changes, open, oldest }) => {
  const world = indexed(...changes);
  expect(await emittedBy(() => measureHolds(world))).toEqual([
    ['HoldsOpen', open],
    ['OldestOpenHoldAge', oldest],
  ]);
});
