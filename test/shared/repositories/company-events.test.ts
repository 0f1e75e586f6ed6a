import { COMPANY_RECORD, chainEvents, type EventContent, genesis } from '../../../shared/domain/event.ts';
import { companyEventPage, type EventFilter } from '../../../shared/repositories/company-events.ts';
import { putCompanyEvents, putEvents } from '../../../shared/repositories/writes.ts';
import { aToken, later } from '../../fixtures.ts';
import { type MemoryWorld, memoryWorld, TABLE_NAMES } from '../../world/world.ts';

let world: MemoryWorld;

const event = (type: EventContent['type'], seconds: number): EventContent => ({
  type,
  at: later(seconds).toISOString(),
  actor: { type: 'BANK' },
  details: {},
});

/** Puts a record as the service writes it. */
function store(tokenId: string, contents: readonly EventContent[], companyId = 'DEMO'): void {
  const { events } = chainEvents(genesis(companyId, tokenId), contents);
  const company = { companyId, name: 'Demo', authorizationPolicy: 'REQUESTER' } as const;
  const writes =
    tokenId === COMPANY_RECORD ? putCompanyEvents(company, events) : putEvents(aToken({ tokenId, companyId }), events);
  world.services.tables.seed(
    TABLE_NAMES.record,
    writes.flatMap(({ Put }) => (Put?.Item ? [Put.Item] : [])),
  );
}

beforeEach(() => {
  world = memoryWorld();
  store(COMPANY_RECORD, [event('COMPANY_CREATED', 0), event('POLICY_CHANGED', 4)]);
  // Two of one moment: the later one of the record is the newer.
  store('token-a', [event('TOKEN_CREATED', 1), event('CHANGE_EXPIRED', 3), event('CHANGE_REQUESTED', 3)]);
  store('token-b', [event('TOKEN_CREATED', 2)]);
  store('token-c', [event('TOKEN_CREATED', 2), event('POLICY_CHANGED', 2)], 'OTHER');
});

/** All pages of a listing, each event by its record and number. */
async function list(filter: Partial<EventFilter> = {}, limit = 25): Promise<string[][]> {
  const pages: string[][] = [];
  let after: string | undefined;
  do {
    const page = await companyEventPage(world.tables, { companyId: 'DEMO', ...filter }, { limit, after });
    pages.push(page.found.map(({ tokenId, event: { seq } }) => `${tokenId} ${seq}`));
    after = page.next;
  } while (after !== undefined);
  return pages;
}

const ALL = ['- 2', 'token-a 3', 'token-a 2', 'token-b 1', 'token-a 1', '- 1'];

it('lists the company’s own events and all tokens’, newest first, and nothing of another company', async () => {
  expect(await list()).toEqual([ALL]);
  expect(await list({ companyId: 'NOBODY' })).toEqual([[]]);
});

it.each([1, 2, 4])('gives every event once, by pages of %i', async (limit) => {
  const pages = await list({}, limit);
  expect(pages.flat()).toEqual(ALL);
  expect(Math.max(...pages.map(({ length }) => length))).toBe(limit);
});

it.each<[string, Partial<EventFilter>, string[]]>([
  ['one token’s', { tokenId: 'token-a' }, ['token-a 3', 'token-a 2', 'token-a 1']],
  ['the company’s own', { tokenId: COMPANY_RECORD }, ['- 2', '- 1']],
  ['a type of tokens', { type: 'TOKEN_CREATED' }, ['token-b 1', 'token-a 1']],
  ['a type of the company’s own', { type: 'POLICY_CHANGED' }, ['- 2']],
  ['a type of one token', { type: 'CHANGE_EXPIRED', tokenId: 'token-a' }, ['token-a 2']],
  ['a type that the token never has', { type: 'POLICY_CHANGED', tokenId: 'token-a' }, []],
  ['a token of another company', { tokenId: 'token-c' }, []],
  ['from a moment on', { from: later(3).toISOString() }, ['- 2', 'token-a 3', 'token-a 2']],
  ['before a moment', { to: later(2).toISOString() }, ['token-a 1', '- 1']],
  ['between two moments', { from: later(1).toISOString(), to: later(3).toISOString() }, ['token-b 1', 'token-a 1']],
  ['of one token between two', { tokenId: 'token-a', from: later(3).toISOString() }, ['token-a 3', 'token-a 2']],
  ['of one type before a moment', { type: 'TOKEN_CREATED', to: later(2).toISOString() }, ['token-a 1']],
  ['of no time at all', { from: later(3).toISOString(), to: later(3).toISOString() }, []],
  ['of a time that runs backwards', { from: later(4).toISOString(), to: later(1).toISOString() }, []],
])('lists %s alone, however small the page', async (_, filter, events) => {
  expect((await list(filter)).flat()).toEqual(events);
  expect((await list(filter, 1)).flat()).toEqual(events);
});

it('reads an index entry for each event that it looks at, and of events those that it lists', async () => {
  await list({ type: 'CHANGE_EXPIRED' });
  expect(world.calls.map(({ operation }) => operation)).toEqual(['Query', 'BatchGet']);
  world.calls.length = 0;
  await list({ tokenId: 'token-a' });
  expect(world.calls.map(({ operation }) => operation)).toEqual(['Query']);
});
