import { DynamoDBDocumentClient, QueryCommand } from '@aws-sdk/lib-dynamodb';
import { mockClient } from 'aws-sdk-client-mock';
import type { Change } from '../../../shared/domain/change.ts';
import { measureHolds } from '../../../shared/lifecycle/measure-holds.ts';
import { changeKey, openPartition, openShardOf } from '../../../shared/repositories/keys.ts';
import { emittedBy } from '../../emitted.ts';
import { storeItems } from '../../fake-table.ts';
import { aHeldChange, later, NOW } from '../../fixtures.ts';

const dynamodb = mockClient(DynamoDBDocumentClient);

interface Indexed {
  readonly age: number;
  /** Seconds from now. */
  readonly due: number;
  readonly status?: Change['status'];
}

/** A table with these changes in its index of open ones, all in one shard. */
function indexed(...changes: readonly Indexed[]): void {
  const items = changes.map(({ age, due, status = 'PENDING_AUTHORIZATION' }, index) => {
    const changeId = `change-${index}`;
    const openSk = `${later(due).toISOString()}#${changeId}`;
    const change = aHeldChange({ changeId, status, createdAt: later(-age).toISOString() });
    return { ...change, ...changeKey('DEMO', changeId), openSk };
  });
  const shard = openPartition(openShardOf({ changeId: 'change-0' }));
  dynamodb.reset();
  dynamodb.on(QueryCommand).callsFake(({ ExpressionAttributeValues }) => ({
    Items:
      ExpressionAttributeValues[':shard'] === shard
        ? items.toSorted((one, other) => (one.openSk < other.openSk ? -1 : 1))
        : [],
  }));
  storeItems(dynamodb, items);
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
  indexed(...changes);
  expect(await emittedBy(() => measureHolds(NOW))).toEqual([
    ['HoldsOpen', open],
    ['OldestOpenHoldAge', oldest],
  ]);
});
