import { changes } from '../../../shared/repositories/items.ts';
import { type ChangeFilter, listChanges } from '../../../shared/use-cases/list-changes.ts';
import { requestChange } from '../../../shared/use-cases/request-change.ts';
import { aHeldChange, aToken, later, withPending } from '../../fixtures.ts';
import { given, stored } from '../../world/given.ts';
import { type MemoryWorld, memoryWorld } from '../../world/world.ts';
import { ADMIN, everybody, HELD_TOKEN, OTHER } from './scene.ts';

let world: MemoryWorld;
/** The ids of what was asked for, by a name of each. */
let ids: Record<string, string>;

async function request(name: string, action: 'RELEASE' | 'BLOCK', reason: string, tokenId: string): Promise<void> {
  const asked = { caller: ADMIN, tokenId, action, reason, note: null, idempotencyKey: name, requestId: 'request-1' };
  const { change } = await requestChange(world, asked);
  ids[name] = change.changeId;
  world.clock.advance(1000);
}

beforeEach(async () => {
  world = memoryWorld();
  ids = {};
  given(world, ...everybody());
  await request('held', 'RELEASE', 'PHONE_CHANGED', HELD_TOKEN);
  await request('blocked', 'BLOCK', 'PHONE_LOST', HELD_TOKEN);
  await request('others', 'BLOCK', 'PHONE_LOST', OTHER.tokenId);
});

/** The names of all that a filter lists, page after page. */
async function list(filter: Partial<ChangeFilter>, limit = 25): Promise<string[]> {
  const names: string[] = [];
  let after: { sk: string; sort: string } | undefined;
  do {
    const page = await listChanges(world, { companyId: 'DEMO', ...filter }, { limit, after });
    expect(page.found.length).toBeLessThanOrEqual(limit);
    names.push(
      ...page.found.map(({ change }) => Object.entries(ids).find(([, id]) => id === change.changeId)?.[0] ?? ''),
    );
    after = page.next;
  } while (after);
  return names;
}

const at = (name: string) => stored(world, changes.at('DEMO', ids[name] ?? ''))?.createdAt;

it.each<[string, () => Partial<ChangeFilter>, string[]]>([
  ['all', () => ({}), ['others', 'blocked', 'held']],
  ['one action', () => ({ action: 'RELEASE' }), ['held']],
  ['one reason', () => ({ reason: 'PHONE_LOST' }), ['others', 'blocked']],
  ['a reason of no change', () => ({ reason: 'FALSE_ALARM' }), []],
  ['one token, by its record', () => ({ tokenId: HELD_TOKEN }), ['blocked', 'held']],
  ['one token and one reason', () => ({ tokenId: HELD_TOKEN, reason: 'PHONE_CHANGED' }), ['held']],
  ['one token and one state', () => ({ tokenId: HELD_TOKEN, status: 'APPLIED' }), ['blocked']],
  ['a token that is none of the company’s', () => ({ companyId: 'OTHER', tokenId: HELD_TOKEN }), []],
  ['from a moment on, itself among it', () => ({ from: at('blocked') }), ['others', 'blocked']],
  ['before a moment, itself not among it', () => ({ to: at('blocked') }), ['held']],
  ['one token’s of a time', () => ({ tokenId: HELD_TOKEN, from: at('held'), to: at('blocked') }), ['held']],
  ['one state’s of a time', () => ({ status: 'APPLIED', from: at('others') }), ['others']],
  ['no time at all', () => ({ from: at('held'), to: at('held') }), []],
])('lists %s, newest first, however small the page', async (_, filter, names) => {
  expect(await list(filter())).toEqual(names);
  expect(await list(filter(), 1)).toEqual(names);
});

it('a change that waits no longer is written as expired before it is left out, whatever else is asked', async () => {
  world = memoryWorld();
  const overdue = aHeldChange({ createdAt: later(-700).toISOString() }, { expiresAt: later(-100).toISOString() });
  given(world, overdue, withPending(aToken(), overdue));
  const filter = { status: 'PENDING_AUTHORIZATION', action: overdue.action } as const;
  expect(await list(filter)).toEqual([]);
  expect(stored(world, changes.at('DEMO', overdue.changeId))?.status).toBe('EXPIRED');
});
