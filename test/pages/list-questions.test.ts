import { ACTIONS, buildChangeQuery, CHANGE_STATUSES } from '../../console/src/console/change-question.ts';
import { readDayRange } from '../../console/src/console/day-range.ts';
import { buildEventQuery, EVENT_TYPES } from '../../console/src/console/event-question.ts';
import { buildTokenQuery, TOKEN_STATUSES } from '../../console/src/console/token-question.ts';
import { actionSchema, changeStatusSchema } from '../../shared/domain/change.ts';
import { eventTypeSchema } from '../../shared/domain/event.ts';
import { physicalStatusSchema, virtualStatusSchema } from '../../shared/domain/token.ts';

const NO_TOKEN_FILTERS = { q: '', estado: '', usuarios: '', orden: '' };
const NO_CHANGE_FILTERS = { estado: '', accion: '', causal: '', token: '', de: '', hasta: '' };
const NO_EVENT_FILTERS = { tipo: '', token: '', de: '', hasta: '' };

it.each([
  [{}, { kind: 'VIRTUAL' }],
  [{ q: '  ana  ' }, { kind: 'VIRTUAL', q: 'ana' }],
  [
    { estado: 'BLOCKED', usuarios: 'inhabilitados' },
    { kind: 'VIRTUAL', status: 'BLOCKED', enabled: 'false' },
  ],
  [
    { usuarios: 'habilitados', orden: 'reciente' },
    { kind: 'VIRTUAL', enabled: 'true', sort: '-updatedAt' },
  ],
  [{ estado: 'ENABLED', usuarios: 'x', orden: 'x' }, { kind: 'VIRTUAL' }],
])('tokens are asked for by what the address says: %j', (filters, query) => {
  expect(buildTokenQuery('VIRTUAL', { ...NO_TOKEN_FILTERS, ...filters })).toEqual(query);
});

it.each([
  [{}, {}],
  [
    { estado: 'APPLIED', accion: 'BLOCK', causal: 'USER_LEFT', token: 't1' },
    {
      status: 'APPLIED',
      action: 'BLOCK',
      reason: 'USER_LEFT',
      tokenId: 't1',
    },
  ],
  [{ estado: 'x', accion: 'x', causal: 'x y' }, {}],
])('changes are asked for by what the address says: %j', (filters, query) => {
  expect(buildChangeQuery({ ...NO_CHANGE_FILTERS, ...filters })).toEqual(query);
});

it.each([
  [{}, {}],
  [
    { tipo: 'POLICY_CHANGED', token: 't1' },
    { type: 'POLICY_CHANGED', tokenId: 't1' },
  ],
  [{ tipo: 'NOTHING' }, {}],
])('events are asked for by what the address says: %j', (filters, query) => {
  expect(buildEventQuery({ ...NO_EVENT_FILTERS, ...filters })).toEqual(query);
});

it('every type of event can be asked for', () => {
  expect(EVENT_TYPES).toEqual(eventTypeSchema.options);
});

it('every action and every state can be asked for', () => {
  expect(ACTIONS).toEqual(actionSchema.options);
  expect(CHANGE_STATUSES).toEqual(changeStatusSchema.options);
  expect(TOKEN_STATUSES).toEqual({ VIRTUAL: virtualStatusSchema.options, PHYSICAL: physicalStatusSchema.options });
});

it.each([
  ['2026-01-05', '2026-01-05', { from: '2026-01-05T05:00:00.000Z', to: '2026-01-06T05:00:00.000Z' }],
  ['', '2026-12-31', { to: '2027-01-01T05:00:00.000Z' }],
  ['2026-02-28', '', { from: '2026-02-28T05:00:00.000Z' }],
  ['', '', {}],
  ['2026-13-40', 'yesterday', {}],
])('the days from %s to %s are whole days of Colombia', (first, last, range) => {
  expect(readDayRange(first, last)).toEqual(range);
});
