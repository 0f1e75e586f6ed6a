import { corruptRecord } from '../../../scripts/model/corrupt-record.ts';
import { keptRecords, type StoredEvent, type StoredRecord } from '../../../scripts/model/stored-record.ts';
import { recordsModule, tellRecord } from '../../../scripts/model/tell-record.ts';
import { tokenEventTypeSchema } from '../../../shared/domain/event.ts';

const release = { changeId: 'change', action: 'RELEASE' };
const block = { changeId: 'block', action: 'BLOCK' };

function anEvent(type: StoredEvent['type'], members: Partial<StoredEvent> = {}): StoredEvent {
  return { type, actor: { userId: 'ana' }, details: {}, ...members };
}

const released: StoredRecord = {
  events: [
    anEvent('TOKEN_CREATED', { actor: {}, details: { to: 'PENDING_ENROLLMENT' } }),
    anEvent('TOKEN_ENROLLED', { details: { from: 'PENDING_ENROLLMENT', to: 'ACTIVE' } }),
    anEvent('CHANGE_REQUESTED', { change: release, details: { policy: 'REQUESTER' } }),
    anEvent('CHANGE_AUTHORIZED', { change: release, details: { policy: 'REQUESTER' } }),
    anEvent('CHANGE_APPLIED', {
      actor: {},
      change: release,
      details: { from: 'ACTIVE', to: 'RELEASED', seedDestroyed: true },
    }),
    anEvent('CHANGE_APPLIED', { change: block, details: { from: 'RELEASED', to: 'BLOCKED' } }),
  ],
  token: { status: 'BLOCKED', statusBeforeBlock: 'RELEASED', device: null, pendingChange: null },
};

it('a record is told as the model tells it', () => {
  expect(tellRecord(released)).toEqual({
    events: [
      ['TOKEN_CREATED', 'PENDING_ENROLLMENT'],
      ['TOKEN_ENROLLED', 'PENDING_ENROLLMENT', 'ACTIVE'],
      ['CHANGE_REQUESTED', 'c1', 'RELEASE', 'REQUESTER', 'p1'],
      ['CHANGE_AUTHORIZED', 'c1', 'REQUESTER'],
      ['CHANGE_APPLIED', 'c1', 'RELEASE', 'ACTIVE', 'RELEASED', true],
      ['CHANGE_APPLIED', 'b1', 'BLOCK', 'RELEASED', 'BLOCKED'],
    ],
    token: { status: 'BLOCKED', before: 'RELEASED', phone: false, pending: 'NONE' },
    persons: ['p1'],
  });
});

it.each([
  [{}, 'REJECTED'],
  [{ disowned: true }, 'NOT_ME'],
  [{ cause: 'BINDING_CODE_MISMATCH' }, 'WRONG_CODES'],
  [{ cause: 'DISOWNED' }, 'DISOWNED'],
])('a rejection with %j is told as %s', (details, told) => {
  const events = [anEvent('CHANGE_REJECTED', { change: release, details })];
  expect(tellRecord({ ...released, events }).events).toEqual([['CHANGE_REJECTED', 'c1', told]]);
});

it('a rescue is asked for by none of the company’s persons', () => {
  const events = [anEvent('CHANGE_REQUESTED', { change: release, details: { policy: 'BANK' } })];
  expect(tellRecord({ ...released, events })).toMatchObject({
    events: [['CHANGE_REQUESTED', 'c1', 'RELEASE', 'BANK', 'NONE']],
    persons: [],
  });
});

it('records become a module that names every id in them', () => {
  const told = { events: [['CHANGE_APPLIED', 'c1', true]], persons: ['p1'], token: tellRecord(released).token };
  expect(recordsModule([told])).toBe(`---- MODULE Records ----
HeldIds == {"c1"}
BlockIds == {}
PersonIds == {"p1"}
Records == <<
[events |-> <<<<"CHANGE_APPLIED", "c1", TRUE>>>>, token |-> [status |-> "BLOCKED", before |-> "RELEASED", phone |-> FALSE, pending |-> "NONE"], persons |-> {"p1"}]
>>
====
`);
});

it('each event is removed, doubled, exchanged and altered', () => {
  const faults = corruptRecord({ name: 'r', ...released }).map(({ name }) => name);
  expect(faults).toHaveLength(6 + 6 + 5 + 3 + 4);
  expect(new Set(faults).size).toBe(faults.length);
  expect(faults).toEqual(
    expect.arrayContaining([
      'r: removed event 1, TOKEN_CREATED',
      'r: doubled event 3, CHANGE_REQUESTED',
      'r: exchanged event 4, CHANGE_AUTHORIZED',
      'r: altered from of event 6, CHANGE_APPLIED',
      'r: altered to of event 5, CHANGE_APPLIED',
    ]),
  );
});

it('what makes another record that may be is no corruption', () => {
  const rescue = { changeId: 'rescue', action: 'RELEASE' };
  const events = [
    anEvent('HOLDER_UPDATED'),
    anEvent('CHANGE_REQUESTED', { change: rescue, details: { policy: 'BANK' } }),
    anEvent('CHANGE_APPLIED', { change: block }),
    anEvent('CHANGE_REJECTED', { change: release }),
    anEvent('CHANGE_REJECTED', { change: release, details: { disowned: true } }),
  ];
  expect(corruptRecord({ name: 'r', ...released, events }).map(({ name }) => name)).toEqual([
    'r: doubled event 2, CHANGE_REQUESTED',
    'r: removed event 2, CHANGE_REQUESTED',
    'r: doubled event 3, CHANGE_APPLIED',
    'r: removed event 3, CHANGE_APPLIED',
    'r: exchanged event 3, CHANGE_APPLIED',
    'r: doubled event 4, CHANGE_REJECTED',
    'r: exchanged event 4, CHANGE_REJECTED',
    'r: doubled event 5, CHANGE_REJECTED',
  ]);
});

it('the kept records are of different kinds and have every type of event in them', () => {
  const kept = keptRecords();
  expect(new Set(kept.map((record) => JSON.stringify(tellRecord(record)))).size).toBe(kept.length);
  expect(new Set(kept.flatMap(({ events }) => events.map(({ type }) => type)))).toEqual(
    new Set(tokenEventTypeSchema.options),
  );
});
