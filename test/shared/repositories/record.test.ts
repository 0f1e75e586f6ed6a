import type { TokenEvent } from '../../../shared/domain/event.ts';
import { changes, recordEvents } from '../../../shared/repositories/items.ts';
import { changePage, findByWords, searchPage } from '../../../shared/repositories/listings.ts';
import { setDue } from '../../../shared/repositories/open-changes.ts';
import {
  enrolmentEvent,
  eventPage,
  eventsNewestFirst,
  parseEventKey,
  tokenChangePage,
} from '../../../shared/repositories/record.ts';
import { readUserPartition, waitingForAdministrator } from '../../../shared/repositories/waiting-changes.ts';
import { aDevice, aHeldChange, aUser, later, NOW } from '../../fixtures.ts';
import { at, given, stored } from '../../world/given.ts';
import { type MemoryWorld, memoryWorld, sent, TABLE_NAMES } from '../../world/world.ts';

let world: MemoryWorld;

beforeEach(() => {
  world = memoryWorld();
});

const TOKEN = { companyId: 'DEMO', tokenId: 'token-holder' };

/** Stores this event of the token's record, some seconds after the first moment. */
function store(seq: number, event: Partial<TokenEvent>): void {
  const stored: TokenEvent = {
    seq,
    type: 'CHANGE_APPLIED',
    at: later(seq).toISOString(),
    actor: { type: 'SYSTEM' },
    details: {},
    previousHash: `hash-${seq - 1}`,
    hash: `hash-${seq}`,
    ...event,
  };
  given(world, at(recordEvents.at('DEMO', 'token-holder', seq), stored));
}

const of = (changeId: string, action: 'RELEASE' | 'BLOCK') =>
  ({ changeId, action, reason: 'OTHER', note: null }) as TokenEvent['change'];

describe('a page of a token’s changes', () => {
  beforeEach(() => {
    store(1, { type: 'TOKEN_ENROLLED' });
    store(2, { type: 'CHANGE_REQUESTED', change: of('held', 'RELEASE') });
    store(3, { type: 'CHANGE_APPLIED', change: of('held', 'RELEASE') });
    store(4, { type: 'CHANGE_APPLIED', change: of('blocked', 'BLOCK') });
    store(5, { type: 'CHANGE_REJECTED', change: of('other', 'BLOCK') });
    store(6, { type: 'CHANGE_REQUESTED', change: of('latest', 'RELEASE') });
  });

  const page = (limit: number, filter = {}, after?: { sk: string; sort: string }) =>
    tokenChangePage(world.tables, { ...TOKEN, ...filter }, { limit, after });
  const sk = (seq: number) => recordEvents.key('DEMO', 'token-holder', seq).sk;

  it('tells each change once, by the event that begins it, newest first, and ends where there is no more', async () => {
    expect(await page(25)).toEqual({
      ids: ['latest', 'blocked', 'held'],
      positions: [6, 4, 2].map((seq) => ({ sk: sk(seq), sort: '' })),
      next: undefined,
    });
  });

  it('goes on after the last change that it tells', async () => {
    const first = await page(2);
    expect([first.ids, first.next]).toEqual([['latest', 'blocked'], { sk: sk(4), sort: '' }]);
    const second = await page(2, {}, first.next);
    expect([second.ids, second.next]).toEqual([['held'], undefined]);
  });

  it.each([
    [{ from: later(4).toISOString() }, ['latest', 'blocked']],
    [{ to: later(4).toISOString() }, ['held']],
    [{ from: later(4).toISOString(), to: later(6).toISOString() }, ['blocked']],
    [{ from: later(7).toISOString() }, []],
  ])('is of those begun in %j', async (filter, ids) => {
    expect((await page(25, filter)).ids).toEqual(ids);
  });

  it('goes on after the thousandth event that begins no change', async () => {
    for (let seq = 7; seq <= 1006; seq++) store(seq, { type: 'ACTIVATION_CODE_CREATED' });
    expect(await page(25)).toEqual({ ids: [], positions: [], next: { sk: sk(7), sort: '' } });
    expect((await page(25, {}, { sk: sk(7), sort: '' })).ids).toEqual(['latest', 'blocked', 'held']);
  });
});

it('the record is read strongly consistent, newest first, a hundred events at a time', async () => {
  for (let seq = 1; seq <= 150; seq++) store(seq, { type: 'ACTIVATION_CODE_CREATED' });
  const events = await Array.fromAsync(eventsNewestFirst(world.tables, 'DEMO', 'token-holder'));
  expect(events.map(({ seq }) => seq)).toEqual(Array.from({ length: 150 }, (_, index) => 150 - index));
  await eventPage(world.tables, TOKEN, { limit: 2, after: undefined });
  const query = { TableName: TABLE_NAMES.record, ScanIndexForward: false, ConsistentRead: true };
  expect(sent(world, 'Query')).toMatchObject([
    { ...query, Limit: 100 },
    { ...query, Limit: 100 },
    { ...query, Limit: 2 },
  ]);
});

it('the enrolment of a phone is the latest with this phone, and of no other', async () => {
  store(1, { type: 'TOKEN_ENROLLED', details: { deviceId: 'phone-1' } });
  store(2, { type: 'TOKEN_ENROLLED', details: { deviceId: 'phone-1' } });
  store(3, { type: 'TOKEN_ENROLLED', details: { deviceId: 'phone-2' } });
  store(4, { type: 'CHANGE_APPLIED', details: { deviceId: 'phone-1' } });
  expect((await enrolmentEvent(world.tables, TOKEN, 'phone-1'))?.seq).toBe(2);
  expect(await enrolmentEvent(world.tables, TOKEN, 'phone-3')).toBeUndefined();
});

it.each([
  [{ pk: 'COMPANY#DE#TOKEN#MO#TOKEN#t', sk: 'EVENT#000000000012' }, 'DE#TOKEN#MO', 't', 12],
  [{ pk: 'xCOMPANY#DEMO#TOKEN#t', sk: 'EVENT#12' }, undefined, undefined, undefined],
  [{ pk: 'COMPANY#DEMO#TOKEN#', sk: 'xEVENT#000000000012' }, undefined, undefined, undefined],
  [{ pk: 'COMPANY#DEMO', sk: 'EVENT#000000000012x' }, undefined, undefined, undefined],
])('reads out of a key of the record what it is a key of: %j', (key, companyId, tokenId, seq) => {
  expect(parseEventKey(key)).toEqual({ companyId, tokenId, seq });
});

describe('what waits for a phone', () => {
  it('is read with the user and the phones, strongly consistent, and without what is past its time', async () => {
    const held = (changeId: string, seconds: number) =>
      aHeldChange({ changeId, createdAt: later(seconds).toISOString() }, { expiresAt: later(seconds).toISOString() });
    const phone = aDevice({ userId: 'user-admin' });
    given(world, aUser(), phone, held('over', 0), held('first', 0.001), held('second', 1));
    const read = await readUserPartition(world.tables, 'user-admin', NOW, 100);
    expect(read).toMatchObject({ user: aUser(), phones: [phone] });
    expect(read.waiting).toEqual([
      { changeId: 'first', tokenId: 'token-holder', requestedBy: 'user-admin', order: expect.stringMatching(/first$/) },
      {
        changeId: 'second',
        tokenId: 'token-holder',
        requestedBy: 'user-admin',
        order: expect.stringMatching(/second$/),
      },
    ]);
    expect(sent(world, 'Query')).toMatchObject([{ ConsistentRead: true }]);
  });

  it('for the administrators is read strongly consistent, without what the caller asked for', async () => {
    const policy = { policy: 'OTHER_ADMINISTRATOR', expiresAt: later(1).toISOString() } as const;
    const requestedBy = { userId: 'user-other', fullName: 'Demo Otra' };
    given(
      world,
      aHeldChange({ changeId: 'own' }, policy),
      aHeldChange({ changeId: 'other', requestedBy }, policy),
      aHeldChange({ changeId: 'over', requestedBy }, { ...policy, expiresAt: NOW.toISOString() }),
    );
    const pages = await Array.fromAsync(waitingForAdministrator(world.tables, aUser(), NOW));
    expect(pages.flat().map(({ changeId }) => changeId)).toEqual(['other']);
    expect(sent(world, 'Query')).toMatchObject([{ ConsistentRead: true }]);
  });
});

it.each([
  [NOW, NOW],
  [later(1), NOW],
])('a page of changes of no time is asked of nobody', async (from, to) => {
  const filter = { companyId: 'DEMO', from: from.toISOString(), to: to.toISOString() };
  expect(await changePage(world.tables, filter, { limit: 9, after: undefined })).toEqual({
    ids: [],
    positions: [],
    next: undefined,
  });
  expect(world.calls).toEqual([]);
});

describe('when a change is due', () => {
  const change = aHeldChange({ dueAt: NOW.toISOString() });
  const entry = () =>
    world.services.tables
      .items(TABLE_NAMES.main)
      .find(({ sk, pk }) => sk === 'CHANGE#change-1' && pk === 'COMPANY#DEMO');

  it('is moved, and ended, in the index and in the change', async () => {
    given(world, change);
    const due = later(9).toISOString();
    await setDue(world.tables, change, due);
    expect(entry()).toMatchObject({ dueAt: due, openSk: `${due}#change-1`, openPk: expect.any(String) });
    await setDue(world.tables, change, undefined);
    expect(Object.keys(entry() ?? {}).filter((name) => /due|open/.test(name))).toEqual([]);
  });

  it('stays where somebody has written the change meanwhile', async () => {
    given(world, { ...change, version: 2 });
    await expect(setDue(world.tables, change, undefined)).rejects.toMatchObject({ name: 'StaleDecisionError' });
    expect(stored(world, changes.at('DEMO', 'change-1'))?.dueAt).toBe(NOW.toISOString());
  });
});

describe('a search by words', () => {
  const search = (words: string[], most: number) =>
    findByWords(world.tables, { companyId: 'DEMO', kind: 'VIRTUAL', words }, most);
  const asked = () => sent(world, 'Query').map((query) => Object(query).ExpressionAttributeValues);

  beforeEach(() => {
    for (const [id, words] of [
      ['1', ['ana', 'perez']],
      ['2', ['ana', 'anaya', 'ruiz']],
      ['3', ['ana', 'gil']],
    ] as const) {
      for (const word of words) {
        const item = { tokenId: id, words: words.map((one) => ` ${one}`).join(''), byName: `name-${id}` };
        world.services.tables.seed(TABLE_NAMES.main, [
          { pk: 'COMPANY#DEMO#SEARCH#VIRTUAL', sk: `${word}#${id}`, ...item },
        ]);
      }
    }
  });

  it('asks for each word at once, the longest first, and for the others beside it', async () => {
    expect(await search(['a', 'per'], 9)).toEqual([{ tokenId: '1', byName: 'name-1' }]);
    const partition = { ':partition': 'COMPANY#DEMO#SEARCH#VIRTUAL' };
    expect(asked()).toEqual([
      { ...partition, ':beginning': 'per', ':word0': ' a' },
      { ...partition, ':beginning': 'a', ':word0': ' per' },
    ]);
  });

  it('looks at six words, and no seventh', async () => {
    expect(await search(['a', 'b', 'c', 'd', 'e', 'f', 'g'], 9)).toEqual([]);
    expect(asked()).toHaveLength(6);
  });

  it('tells a token once, whose words both begin so', async () => {
    expect((await search(['ana'], 9))?.map(({ tokenId }) => tokenId).toSorted()).toEqual(['1', '2', '3']);
    expect(sent(world, 'Query')[0]).not.toHaveProperty('FilterExpression');
  });

  it('tries three words and no fourth, where each begins too many entries', async () => {
    const many = Array.from({ length: 101 }, (_, id) => ({ sk: `anabel#${id}`, tokenId: `${id}`, words: ' anabel' }));
    const pk = 'COMPANY#DEMO#SEARCH#VIRTUAL';
    world.services.tables.seed(
      TABLE_NAMES.main,
      many.map((entry) => ({ pk, byName: 'name', ...entry })),
    );
    expect(await search(['an', 'a', 'ana', ''], 100)).toBeUndefined();
    const beginnings = asked().map((values) => values[':beginning']);
    expect(beginnings).toEqual(['ana', 'an', 'a', '', 'ana', 'an', 'a']);
  });

  it('goes on from where a page ended', async () => {
    const words = { companyId: 'DEMO', kind: 'VIRTUAL', words: ['ana'] } as const;
    const first = await searchPage(world.tables, words, 2);
    const second = await searchPage(world.tables, words, 9, first.lastKey);
    expect([first, second].map(({ hits }) => hits.length)).toEqual([2, 2]);
    expect(second.lastKey).toBeUndefined();
  });
});
