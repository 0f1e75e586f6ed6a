import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Ajv2020 } from 'ajv/dist/2020.js';
import { eventTypeSchema, type TokenEvent } from '../../../shared/domain/event.ts';
import { type PublishedEvent, publishedEvent } from '../../../shared/domain/published-event.ts';
import { publishEvents } from '../../../shared/use-cases/publish-events.ts';
import { NOW } from '../../fixtures.ts';
import { type MemoryWorld, memoryWorld, refuse, sent } from '../../world/world.ts';

let world: MemoryWorld;

beforeEach(() => {
  world = memoryWorld();
});

const HASH = 'ab'.repeat(32);

function anEvent(members: Partial<TokenEvent> = {}): TokenEvent {
  return {
    seq: 4,
    type: 'CHANGE_APPLIED',
    at: NOW.toISOString(),
    actor: { type: 'USER', userId: 'user-admin', fullName: 'Demo Administradora' },
    change: { changeId: 'change-1', action: 'BLOCK', reason: 'OTHER', note: 'A private note' },
    details: { from: 'ACTIVE', to: 'BLOCKED', requestId: 'request-1', deviceName: 'Demo phone' },
    previousHash: HASH,
    hash: HASH,
    ...members,
  };
}

const published = (tokenId: string, seq: number): PublishedEvent =>
  publishedEvent({ companyId: 'DEMO', tokenId }, anEvent({ seq }));

const taken = () =>
  world.services.events.taken.map(({ Detail = '' }) => {
    const { tokenId, seq } = JSON.parse(Detail);
    return `${tokenId} ${seq}`;
  });

const validate = new Ajv2020({ formats: { 'date-time': true } }).compile(
  JSON.parse(readFileSync(join(import.meta.dirname, '../../../docs/events/llavero-event-1.schema.json'), 'utf8')),
);

it('tells of an event where it stands, what happened and its hashes, and no name, note, phone or request', async () => {
  await publishEvents(world, [publishedEvent({ companyId: 'DEMO', tokenId: 'token-1' }, anEvent())]);
  const [{ Detail = '', ...entry } = {}] = world.services.events.taken;
  expect(entry).toEqual({ EventBusName: 'llavero-bus', Source: 'llavero', DetailType: 'CHANGE_APPLIED', Time: NOW });
  expect(JSON.parse(Detail)).toEqual({
    schema: 'llavero-event/1',
    companyId: 'DEMO',
    tokenId: 'token-1',
    seq: 4,
    type: 'CHANGE_APPLIED',
    at: NOW.toISOString(),
    change: { changeId: 'change-1', action: 'BLOCK', reason: 'OTHER' },
    from: 'ACTIVE',
    to: 'BLOCKED',
    previousHash: HASH,
    hash: HASH,
  });
});

it('leaves out a change, a from and a to that the event has not, and what stands there that is no state', () => {
  const { change: _none, ...plain } = anEvent({ details: { from: 'Demo Titular', to: 'aviso@example.com' } });
  expect(publishedEvent({ companyId: 'DEMO', tokenId: '-' }, plain)).toEqual({
    schema: 'llavero-event/1',
    companyId: 'DEMO',
    tokenId: null,
    seq: 4,
    type: 'CHANGE_APPLIED',
    at: NOW.toISOString(),
    previousHash: HASH,
    hash: HASH,
  });
});

it.each(eventTypeSchema.options)('publishes %s in the form of its schema', (type) => {
  expect(validate(publishedEvent({ companyId: 'DEMO', tokenId: 'token-1' }, anEvent({ type })))).toBe(true);
});

it.each([
  ['without its hash', { hash: undefined }],
  ['numbered from nought', { seq: 0 }],
  ['of another form', { schema: 'llavero-event/2' }],
  ['with a state that there is not', { to: 'Demo Titular' }],
])('has a schema that refuses an event %s', (_, members) => {
  expect(validate(JSON.parse(JSON.stringify({ ...published('token-1', 1), ...members })))).toBe(false);
});

it('puts one event of a token in a call, at most ten in all, and each token’s in their order', async () => {
  const events = Array.from({ length: 12 }, (_, index) => [
    published(`t${index}`, 1),
    published(`t${index}`, 2),
  ]).flat();
  await publishEvents(world, events);
  const calls = sent(world, 'PutEvents').map((input) => (input as { Entries: object[] }).Entries.length);
  expect(calls).toEqual([10, 10, 4]);
  expect(new Set(taken()).size).toBe(24);
  for (const { tokenId } of events) {
    expect(taken().filter((line) => line.startsWith(`${tokenId} `))).toEqual([`${tokenId} 1`, `${tokenId} 2`]);
  }
});

it('tries a refused entry again before the next of its token, while others go on', async () => {
  let refusals = 2;
  world.services.events.refusal = ({ Detail = '' }) =>
    Detail.includes('"t1"') && refusals-- > 0 ? 'ThrottlingException' : undefined;
  await publishEvents(world, [published('t1', 1), published('t1', 2), published('t2', 1), published('t2', 2)]);
  expect(taken()).toEqual(['t2 1', 't2 2', 't1 1', 't1 2']);
});

it('fails by the bus’s own word where an entry stays refused, and puts nothing after it of that token', async () => {
  world.services.events.refusal = ({ Detail = '' }) => (Detail.includes('"t1"') ? 'InternalFailure' : undefined);
  const run = publishEvents(world, [published('t1', 1), published('t1', 2), published('t2', 1)]);
  await expect(run).rejects.toThrow(expect.objectContaining({ name: 'InternalFailure' }));
  expect(taken()).toEqual(['t2 1']);
});

it('fails as a whole where the bus cannot be called, so that the stream delivers the batch again', async () => {
  refuse(world, 'PutEvents', Object.assign(new Error('No'), { name: 'AccessDeniedException' }));
  await expect(publishEvents(world, [published('t1', 1)])).rejects.toThrow(
    expect.objectContaining({ name: 'AccessDeniedException' }),
  );
});

it('calls nobody where there is nothing to tell', async () => {
  await publishEvents(world, []);
  expect(world.calls).toEqual([]);
});
