import { replayEvents } from '../../../scripts/replay-events/replay.ts';
import { type CompanyTransition, updateCompany } from '../../../shared/domain/company-record.ts';
import { appendEvents, type EventContent, genesis, type TokenEvent } from '../../../shared/domain/event.ts';
import type { Token } from '../../../shared/domain/token.ts';
import { eventSortKey, recordEvents } from '../../../shared/repositories/items.ts';
import { aToken, NOW } from '../../fixtures.ts';
import { given } from '../../world/given.ts';
import { type MemoryWorld, memoryWorld } from '../../world/world.ts';

let world: MemoryWorld;

beforeEach(() => {
  world = memoryWorld();
  const { company, events } = createCompany('2026-01-05T09:00:00.000Z');
  given(world, company, ...events.map((event) => placed('-', event)));
  givenRecord('token-a', ['2026-01-05T10:00:00.000Z', '2026-01-05T12:00:00.000Z', '2026-01-05T14:00:00.000Z']);
  givenRecord('token-b', ['2026-01-05T12:30:00.000Z']);
});

/** An event as it lies in the record. */
const placed = (tokenId: string, event: TokenEvent) => ({
  reference: recordEvents.at('DEMO', tokenId, event.seq),
  item: { ...event, companyId: 'DEMO', tokenId, listSk: eventSortKey(event, tokenId) },
});

/** A company that was loaded at that time. */
function createCompany(time: string): CompanyTransition {
  const facts = { companyId: 'DEMO', name: 'Demo', authorizationPolicy: 'REQUESTER' } as const;
  const context = { actor: { type: 'BANK' }, now: new Date(time), requestId: 'load-1' } as const;
  const created = updateCompany(null, facts, context);
  if (!created) throw new Error('A new company is written');
  return created;
}

/** A token whose record has an event at each of these times. */
function givenRecord(tokenId: string, times: readonly string[]): void {
  const contents = times.map(
    (time): EventContent => ({
      type: 'HOLDER_UPDATED',
      at: time,
      actor: { type: 'BANK' },
      details: { fullNameFrom: 'Demo Titular', fullNameTo: 'Demo Titulada' },
    }),
  );
  const before: Token = aToken({ tokenId, recordHead: genesis('DEMO', tokenId) });
  const { token, events } = appendEvents(before, contents);
  given(world, token, ...events.map((event) => placed(tokenId, event)));
}

const replay = (from: string, to: string, { companyId = 'DEMO', dryRun = false } = {}) =>
  replayEvents(world, { companyId, from: new Date(from), to: new Date(to) }, { dryRun, progress: () => undefined });

const taken = () =>
  world.services.events.taken.map(({ Detail = '' }) => {
    const { tokenId, seq } = JSON.parse(Detail);
    return `${tokenId} ${seq}`;
  });

it('puts every event of that time on the bus, its beginning among them and its end not, with the seq they had', async () => {
  const replayed = await replay('2026-01-05T12:00:00Z', '2026-01-05T14:00:00Z');
  expect(replayed).toEqual({ records: 3, events: 2 });
  expect(taken()).toEqual(['token-a 2', 'token-b 1']);
});

it('puts each record’s in their order, the company’s own among them, the same again each time', async () => {
  await replay('2026-01-05T00:00:00Z', '2026-01-06T00:00:00Z');
  const first = world.services.events.taken.map(({ Detail }) => Detail);
  await replay('2026-01-05T00:00:00Z', '2026-01-06T00:00:00Z');
  expect(taken().slice(0, 5)).toEqual(['null 1', 'token-a 1', 'token-a 2', 'token-a 3', 'token-b 1']);
  expect(world.services.events.taken.slice(5).map(({ Detail }) => Detail)).toEqual(first);
});

it('counts them and puts none where it is a dry run, and finds no tokens of a company that is not', async () => {
  expect(await replay('2026-01-05T00:00:00Z', '2026-01-06T00:00:00Z', { dryRun: true })).toEqual({
    records: 3,
    events: 5,
  });
  expect(await replay('2026-01-05T00:00:00Z', '2026-01-06T00:00:00Z', { companyId: 'OTHER' })).toEqual({
    records: 0,
    events: 0,
  });
  expect(taken()).toEqual([]);
});

it('tells nobody of an event that was altered, and fails', async () => {
  const reference = recordEvents.at('DEMO', 'token-b', 1);
  const altered = world.services.tables.items('llavero-record').find(({ pk, sk }) => {
    return pk === reference.key.pk && sk === reference.key.sk;
  });
  given(world, { reference, item: { ...altered, at: NOW.toISOString() } });
  await expect(replay('2020-01-01T00:00:00Z', '2027-01-01T00:00:00Z')).rejects.toThrow('was altered');
  expect(taken()).toEqual(['null 1', 'token-a 1', 'token-a 2', 'token-a 3']);
});
