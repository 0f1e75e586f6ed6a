import {
  checkAnswers,
  checkDecisions,
  checkEffects,
  checkEvents,
  checkPrompts,
  checkSightings,
  checkToken,
} from '../cloud/storm/checks.ts';
import { type Call, Chronicle } from '../cloud/storm/chronicle.ts';
import type { Crew, Decision, Request } from '../cloud/storm/crew.ts';
import type { Change, Token, TokenEvent } from '../cloud/support/shapes.ts';

/** Each check of the storm passes what is right, and finds what is not: a storm that finds nothing says something. */

const at = '2026-01-05T15:00:00.000Z';
const person = (userId: string) => ({ userId, fullName: userId });

function aShownChange(overrides: Partial<Change> = {}): Change {
  return {
    changeId: 'change',
    number: 'ABCD-EFGH',
    tokenId: 'token',
    action: 'RELEASE',
    reason: 'PHONE_CHANGED',
    note: 'note',
    status: 'APPLIED',
    requestedBy: person('admin'),
    holder: person('holder'),
    authorization: { policy: 'REQUESTER', expiresAt: at, decidedBy: person('admin'), decidedAt: at },
    notification: { status: 'SENT' },
    notices: [],
    createdAt: at,
    updatedAt: at,
    ...overrides,
  };
}

function aCall(overrides: Partial<Call> & { status?: number; shown?: string } = {}): Call {
  const { status = 200, shown, ...rest } = overrides;
  return {
    sentAt: 1_000,
    answeredAt: 1_100,
    who: 'somebody',
    what: 'GET /changes/change',
    answer: { status, headers: new Headers(), body: {} },
    code: undefined,
    changes: shown ? [{ changeId: 'change', status: shown }] : [],
    about: '',
    ...rest,
  };
}

const told = (...calls: Call[]) => Object.assign(new Chronicle(), { calls });
const killedAt = (moment: number) => ({ faults: 0, spells: 0, kills: [{ at: moment, worker: 'GetChange' }] });

describe('an answer', () => {
  const retry = { status: 503, headers: new Headers({ 'retry-after': '1' }), body: {} };

  it.each([
    { name: 'of the contract', call: aCall({ status: 409, code: 'CHANGE_CLOSED' }) },
    { name: 'that says when to ask again', call: aCall({ answer: retry, code: 'UNAVAILABLE' }) },
    { name: 'that a killed worker owes', call: aCall({ status: 502 }) },
  ])('$name is right', ({ call }) => {
    expect(checkAnswers(told(call), killedAt(1_050))).toEqual([]);
  });

  it.each([
    { name: 'from the inside', call: aCall({ status: 500, code: 'INTERNAL' }), kill: 1_050 },
    { name: 'without Retry-After', call: aCall({ status: 503, code: 'UNAVAILABLE' }), kill: 1_050 },
    { name: 'that never came, with no worker killed', call: aCall({ answer: undefined }), kill: 9_000 },
    { name: 'of the gateway, with no worker killed', call: aCall({ status: 502 }), kill: 9_000 },
  ])('$name is found', ({ call, kill }) => {
    expect(checkAnswers(told(call), killedAt(kill))).toHaveLength(1);
  });
});

describe('an end that was shown', () => {
  const ends = (status: Change['status']) => new Map([['change', aShownChange({ status })]]);
  const later = { sentAt: 2_000, answeredAt: 2_100 };

  it('may be shown again, and before it that the change waits', () => {
    const calls = [aCall({ shown: 'PENDING_AUTHORIZATION' }), aCall({ shown: 'EXPIRED', ...later })];
    expect(checkSightings(told(...calls), ends('EXPIRED'))).toEqual([]);
  });

  it.each([
    { name: 'and another in the end', calls: [aCall({ shown: 'EXPIRED' })], end: 'APPLIED' },
    {
      name: 'and then that the change waits',
      calls: [aCall({ shown: 'EXPIRED' }), aCall({ shown: 'AUTHORIZED', ...later })],
      end: 'EXPIRED',
    },
  ] as const)('$name is found', ({ calls, end }) => {
    expect(checkSightings(told(...calls), ends(end))).toHaveLength(1);
  });
});

describe('one key', () => {
  const asked = (changeId?: string) => [{ note: 'note', ...(changeId ? { changeId } : {}) } as Request];

  it('makes one change, or none where no answer told of one', () => {
    expect(checkEffects(asked('change'), [aShownChange()])).toEqual([]);
    expect(checkEffects(asked(), [])).toEqual([]);
  });

  it.each([
    { name: 'two changes', requests: asked('change'), changes: ['change', 'other'] },
    { name: 'another change than was told', requests: asked('change'), changes: ['other'] },
    { name: 'none though one was told', requests: asked('change'), changes: [] },
    { name: 'a change that nobody asked for', requests: [], changes: ['change'] },
  ])('with $name is found', ({ requests, changes }) => {
    const made = changes.map((changeId) => aShownChange({ changeId }));
    expect(checkEffects(requests, made)).not.toEqual([]);
  });
});

const anEvent = (type: string, details: TokenEvent['details'] = {}): TokenEvent => ({
  seq: 1,
  type,
  at,
  actor: {},
  change: { changeId: 'change' },
  details,
  previousHash: '',
  hash: '',
});
const APPLIED = ['CHANGE_REQUESTED', 'CHANGE_AUTHORIZED', 'CHANGE_APPLIED'];

it.each([
  { types: APPLIED, findings: 0 },
  { types: [...APPLIED, 'CHANGE_APPLIED'], findings: 1 },
  { types: [...APPLIED.slice(0, 2), 'CHANGE_EXPIRED'], findings: 1 },
  { types: ['CHANGE_REQUESTED', 'CHANGE_APPLIED'], findings: 1 },
  { types: [], findings: 1 },
])('an applied release with the events $types has $findings findings', ({ types, findings }) => {
  const events = types.map((type) => anEvent(type));
  expect(checkEvents([aShownChange()], events)).toHaveLength(findings);
});

describe('a token', () => {
  const enrolled = anEvent('TOKEN_ENROLLED', { from: 'PENDING_ENROLLMENT', to: 'ACTIVE', deviceId: 'phone' });
  const released = anEvent('CHANGE_APPLIED', {
    from: 'ACTIVE',
    to: 'RELEASED',
    seedDestroyed: true,
    deviceId: 'phone',
  });
  const aShownToken = (status: Token['status'], deviceId: string | null) =>
    ({ tokenId: 'token', status, device: deviceId ? { deviceId } : null, pendingChange: null }) as Token;

  it('is as its record says, with the seed of its phone or none', () => {
    expect(checkToken({ token: aShownToken('ACTIVE', 'phone'), events: [enrolled], seed: 'phone' })).toEqual([]);
    expect(checkToken({ token: aShownToken('RELEASED', null), events: [enrolled, released], seed: null })).toEqual([]);
  });

  it.each([
    { name: 'another state', status: 'BLOCKED', deviceId: 'phone', events: [enrolled], seed: 'phone' },
    { name: 'another phone', status: 'ACTIVE', deviceId: 'other', events: [enrolled], seed: 'other' },
    { name: 'no seed for its phone', status: 'ACTIVE', deviceId: 'phone', events: [enrolled], seed: null },
    { name: 'a seed without a phone', status: 'RELEASED', deviceId: null, events: [enrolled, released], seed: 'phone' },
    { name: 'an event that follows from none', status: 'RELEASED', deviceId: null, events: [released], seed: null },
  ] as const)('with $name is found', ({ status, deviceId, events, seed }) => {
    expect(checkToken({ token: aShownToken(status, deviceId), events, seed })).not.toEqual([]);
  });
});

describe('a decision', () => {
  const phone = { deviceId: 'phone', userId: 'admin' };
  const decision = (members: Partial<Decision>) =>
    ({ changeId: 'change', kind: 'APPROVE', status: 200, sentAt: 1_000, phone, ...members }) as Decision;
  const crew = (...decisions: Decision[]) =>
    ({ administrators: [{ phone }], apps: [{ tokenId: 'token', userId: 'holder' }], decisions }) as unknown as Crew;
  const authorized = anEvent('CHANGE_AUTHORIZED');
  const retired = anEvent('CHANGE_APPLIED', { deviceId: 'phone' });

  it('of the requester’s phone, before it is retired, is right', () => {
    const calls = told(aCall({ shown: 'APPLIED' }));
    expect(checkDecisions(crew(decision({})), calls, [aShownChange()], [authorized, retired])).toEqual([]);
  });

  it.each([
    { name: 'that nobody sent', decisions: [], changes: [aShownChange()] },
    { name: 'of an impostor', decisions: [decision({}), decision({ kind: 'IMPOSTOR' })], changes: [] },
    { name: 'with a wrong code', decisions: [decision({}), decision({ kind: 'WRONG_CODE' })], changes: [] },
    { name: 'of a phone known to be retired', decisions: [decision({ sentAt: 5_000 })], changes: [] },
    {
      name: 'of another person than its requester',
      decisions: [decision({})],
      changes: [aShownChange({ requestedBy: person('other') })],
    },
  ])('$name is found', ({ decisions, changes }) => {
    const calls = told(aCall({ shown: 'APPLIED' }));
    expect(checkDecisions(crew(...decisions), calls, changes, [authorized, retired])).toHaveLength(1);
  });
});

describe('a prompt', () => {
  const push = {
    seq: 1,
    at,
    endpointArn: '',
    pushToken: '',
    payload: { type: 'AUTHORIZATION_PENDING', changeId: 'change' },
    attributes: {},
  };

  it.each([
    { name: 'that was sent', change: aShownChange(), pushes: [push], findings: 0 },
    {
      name: 'that failed and says so',
      change: aShownChange({ status: 'EXPIRED', notification: { status: 'FAILED' } }),
      pushes: [],
      findings: 0,
    },
    { name: 'that says sent without a push', change: aShownChange(), pushes: [], findings: 1 },
    {
      name: 'that was never tried while the hold lasted',
      change: aShownChange({ status: 'EXPIRED', notification: { status: 'PENDING' } }),
      pushes: [],
      findings: 1,
    },
  ])('$name has $findings findings', ({ change, pushes, findings }) => {
    expect(checkPrompts([change], pushes)).toHaveLength(findings);
  });
});
