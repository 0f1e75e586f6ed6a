import * as fc from 'fast-check';
import type { TokenEvent } from '../../../shared/domain/event.ts';
import { NOTHING, replayAll } from '../../../shared/domain/replay.ts';

type Told = Pick<TokenEvent, 'type'> & Partial<TokenEvent>;

const HOLDER = { type: 'USER', userId: 'user-holder' } as const;
const ADMIN = { type: 'USER', userId: 'user-admin' } as const;
const at = (second: number) => new Date(Date.UTC(2026, 0, 5, 15, 0, second)).toISOString();
const about = (changeId: string, action: string) => ({
  change: { changeId, action, reason: 'OTHER', note: null },
  actor: ADMIN,
});

/** A record of these events, a second apart; how they are chained is not what replaying judges. */
function aRecord(...told: Told[]): TokenEvent[] {
  return told.map((event, index) => ({
    seq: index + 1,
    at: at(index),
    actor: { type: 'BANK' },
    details: {},
    previousHash: '',
    hash: '',
    ...event,
  }));
}

const CREATED: Told = {
  type: 'TOKEN_CREATED',
  details: {
    kind: 'VIRTUAL',
    serial: 'VT-1',
    to: 'PENDING_ENROLLMENT',
    holderId: 'user-holder',
    fullName: 'Demo Titular',
    role: 'SECONDARY',
    enabled: true,
  },
};
const TOLD_HOLDER = { userId: 'user-holder', fullName: 'Demo Titular', role: 'SECONDARY', enabled: true };
const enrolled = (deviceId: string, from = 'PENDING_ENROLLMENT'): Told => ({
  type: 'TOKEN_ENROLLED',
  actor: HOLDER,
  details: { from, to: 'ACTIVE', deviceId, signingKeyThumbprint: 's', encryptionKeyThumbprint: 'e' },
});
const requested = (id: string, action: string): Told => ({ type: 'CHANGE_REQUESTED', ...about(id, action) });
const authorized = (id: string, action: string): Told => ({ type: 'CHANGE_AUTHORIZED', ...about(id, action) });
const applied = (id: string, action: string, from: string, to: string, deviceId?: string): Told => ({
  type: 'CHANGE_APPLIED',
  ...about(id, action),
  details: { from, to, ...(deviceId ? { deviceId } : {}) },
});
const closed = (type: TokenEvent['type'], id: string, details: TokenEvent['details'] = {}): Told => ({
  type,
  ...about(id, 'RELEASE'),
  details,
});

const RELEASE = [
  requested('c1', 'RELEASE'),
  authorized('c1', 'RELEASE'),
  applied('c1', 'RELEASE', 'ACTIVE', 'RELEASED', 'phone-1'),
];
const contradictions = (...told: Told[]) => replayAll(aRecord(...told)).contradictions;
/** The token to which the events lead, and what contradicts it. */
const lead = (...told: Told[]) => {
  const { token, contradictions } = replayAll(aRecord(...told));
  return { ...token, contradictions };
};

it('leads from creation through enrolment, release, another phone and a block to the token as it is', () => {
  const record = aRecord(
    CREATED,
    enrolled('phone-1'),
    ...RELEASE,
    enrolled('phone-2', 'RELEASED'),
    applied('b1', 'BLOCK', 'ACTIVE', 'BLOCKED'),
    requested('c2', 'UNBLOCK'),
    { type: 'HOLDER_UPDATED', details: { roleFrom: 'SECONDARY', roleTo: 'ADMINISTRATOR', physicalSerialTo: 'PT-1' } },
  );
  expect(replayAll(record)).toEqual({
    contradictions: [],
    token: {
      kind: 'VIRTUAL',
      serial: 'VT-1',
      status: 'BLOCKED',
      statusBeforeBlock: 'ACTIVE',
      deviceId: 'phone-2',
      phones: new Map([
        [
          'phone-1',
          {
            deviceId: 'phone-1',
            signingKeyThumbprint: 's',
            encryptionKeyThumbprint: 'e',
            enrolledAt: at(1),
            retiredAt: at(4),
          },
        ],
        [
          'phone-2',
          {
            deviceId: 'phone-2',
            signingKeyThumbprint: 's',
            encryptionKeyThumbprint: 'e',
            enrolledAt: at(5),
            retiredAt: undefined,
          },
        ],
      ]),
      pending: { changeId: 'c2', action: 'UNBLOCK', status: 'PENDING_AUTHORIZATION' },
      lastRelease: undefined,
      holder: { ...TOLD_HOLDER, role: 'ADMINISTRATOR' },
    },
  });
});

it('leads a physical token to the serial that it was given, and to DISABLED', () => {
  const { token, contradictions } = replayAll(
    aRecord(
      { type: 'TOKEN_CREATED', details: { kind: 'PHYSICAL', serial: 'PT-1', to: 'ENABLED' } },
      { type: 'HOLDER_UPDATED', details: { physicalSerialFrom: 'PT-1', physicalSerialTo: 'PT-2' } },
      { type: 'PHYSICAL_TOKEN_DISABLED', actor: HOLDER, details: { from: 'ENABLED', to: 'DISABLED' } },
    ),
  );
  expect({ ...token, contradictions }).toMatchObject({ serial: 'PT-2', status: 'DISABLED', contradictions: [] });
});

it('keeps silent about a holder of whom the record does not tell', () => {
  const created: Told = {
    type: 'TOKEN_CREATED',
    details: { kind: 'VIRTUAL', serial: 'VT-1', to: 'PENDING_ENROLLMENT' },
  };
  const updated: Told = { type: 'HOLDER_UPDATED', details: { roleFrom: 'SECONDARY', roleTo: 'ADMINISTRATOR' } };
  const unnamed: Told = { ...enrolled('phone-1'), actor: { type: 'SYSTEM' } };
  expect(replayAll(aRecord(created)).token.holder).toStrictEqual({});
  expect(lead(created, enrolled('phone-1'))).toMatchObject({ holder: { userId: 'user-holder' }, contradictions: [] });
  expect(lead(created, updated)).toMatchObject({ holder: { role: 'ADMINISTRATOR' }, contradictions: [] });
  expect(lead(created, unnamed).holder).toStrictEqual({});
});

it('takes for a fact only what is of its kind', () => {
  const details = { kind: 'PAPER', serial: 7, to: 'LOST', holderId: 1, fullName: true, role: 'OWNER', enabled: 'yes' };
  expect(replayAll(aRecord({ type: 'TOKEN_CREATED', details })).token).toStrictEqual(NOTHING);
});

it.each<[keyof typeof TOLD_HOLDER, string, boolean | string]>([
  ['userId', 'userId', 'user-other'],
  ['fullName', 'fullName', 'Otro Titular'],
  ['role', 'role', 'ADMINISTRATOR'],
  ['enabled', 'enabled', false],
])('follows the holder’s %s, and finds one that was another before', (member, name, value) => {
  const known = TOLD_HOLDER[member];
  const good: Told = { type: 'HOLDER_UPDATED', details: { [`${name}From`]: known, [`${name}To`]: value } };
  expect(lead(CREATED, good)).toMatchObject({ holder: { ...TOLD_HOLDER, [member]: value }, contradictions: [] });
  const bad: Told = { type: 'HOLDER_UPDATED', details: { [`${name}From`]: value, [`${name}To`]: value } };
  expect(contradictions(CREATED, bad)).toEqual([`event 2: the holder's ${member} was ${known}, not ${value}`]);
});

it('keeps who authorized the last release, until another phone is enrolled', () => {
  const released = lead(CREATED, enrolled('phone-1'), ...RELEASE);
  expect(released.lastRelease).toEqual({ authorizedBy: 'user-admin', authorizedAt: at(3) });
  expect(lead(CREATED, enrolled('phone-1'), ...RELEASE, enrolled('phone-2', 'RELEASED')).lastRelease).toBeUndefined();
});

it('leads through blocks and an unblock to the state before the first of them', () => {
  const told = [CREATED, enrolled('phone-1'), applied('b1', 'BLOCK', 'ACTIVE', 'BLOCKED')];
  const again = lead(...told, applied('b2', 'BLOCK', 'BLOCKED', 'BLOCKED'));
  expect(again).toMatchObject({ status: 'BLOCKED', statusBeforeBlock: 'ACTIVE', contradictions: [] });
  const unblocked = [requested('c1', 'UNBLOCK'), authorized('c1', 'UNBLOCK')];
  expect(lead(...told, ...unblocked, applied('c1', 'UNBLOCK', 'BLOCKED', 'ACTIVE'))).toEqual(
    lead(CREATED, enrolled('phone-1')),
  );
});

it('goes on with the token where a change ends without an effect, or an event changes nothing', () => {
  const before = lead(CREATED, enrolled('phone-1'));
  const ended = lead(CREATED, enrolled('phone-1'), requested('c1', 'RELEASE'), closed('CHANGE_EXPIRED', 'c1'));
  expect(ended).toEqual(before);
  expect(lead(CREATED, enrolled('phone-1'), { type: 'SUSPENSION_CLEARED' })).toEqual(before);
  const unknown: Told = { type: 'CHANGE_APPLIED', details: { to: 'BLOCKED' } };
  expect(replayAll(aRecord(CREATED, unknown)).token).toMatchObject({ status: 'BLOCKED', holder: TOLD_HOLDER });
});

it('follows a release that does not name its phone, as the first ones did not', () => {
  const told = [
    requested('c1', 'RELEASE'),
    authorized('c1', 'RELEASE'),
    applied('c1', 'RELEASE', 'ACTIVE', 'RELEASED'),
  ];
  expect(lead(CREATED, enrolled('phone-1'), ...told)).toMatchObject({ deviceId: null, contradictions: [] });
});

it.each([
  {
    name: 'a rescue goes on under a block',
    told: [requested('c1', 'RELEASE'), applied('b1', 'BLOCK', 'ACTIVE', 'BLOCKED')],
    pending: 'c1',
  },
  {
    name: 'a superseded change is gone',
    told: [requested('c1', 'RELEASE'), closed('CHANGE_SUPERSEDED', 'c1')],
    pending: undefined,
  },
  {
    name: 'an expired change makes room',
    told: [requested('c1', 'RELEASE'), closed('CHANGE_EXPIRED', 'c1'), requested('c2', 'RELEASE')],
    pending: 'c2',
  },
  {
    name: 'a change is disowned after it was rejected',
    told: [
      requested('c1', 'RELEASE'),
      closed('CHANGE_REJECTED', 'c1'),
      requested('c2', 'RELEASE'),
      closed('CHANGE_REJECTED', 'c1', { disowned: true }),
    ],
    pending: 'c2',
  },
])('follows what is pending: $name', ({ told, pending }) => {
  const replayed = replayAll(aRecord(CREATED, enrolled('phone-1'), ...told));
  expect({ pending: replayed.token.pending?.changeId, contradictions: replayed.contradictions }).toEqual({
    pending,
    contradictions: [],
  });
});

describe('an event that contradicts those before it is told', () => {
  it.each<[string, Told[]]>([
    ['event 2: a token is created once, by the first event', [CREATED, CREATED]],
    ['event 3: phone-1 is enrolled already', [CREATED, enrolled('phone-1'), enrolled('phone-2', 'ACTIVE')]],
    [
      'event 6: it enrols no new phone (phone-1)',
      [CREATED, enrolled('phone-1'), ...RELEASE, enrolled('phone-1', 'RELEASED')],
    ],
    [
      'event 2: it is of a token that is RELEASED, and the token was PENDING_ENROLLMENT',
      [CREATED, enrolled('phone-1', 'RELEASED')],
    ],
    [
      'event 2: user-other enrolled a phone, and the holder is user-holder',
      [CREATED, { ...enrolled('phone-1'), actor: { type: 'USER', userId: 'user-other' } }],
    ],
    ['event 3: the change c1 is not yet applied', [CREATED, requested('c1', 'RELEASE'), requested('c2', 'RELEASE')]],
    ['event 2: it authorizes a change that is not held', [CREATED, authorized('c1', 'RELEASE')]],
    ['event 2: it closes a change that is not held', [CREATED, closed('CHANGE_CANCELLED', 'c1')]],
    ['event 2: it closes a change that is not held', [CREATED, closed('CHANGE_REJECTED', 'c1')]],
    ['event 2: it closes a change that is not held', [CREATED, closed('CHANGE_EXPIRED', 'c1', { disowned: true })]],
    ['event 3: it closes a change that is not held', [CREATED, requested('c1', 'RELEASE'), { type: 'CHANGE_EXPIRED' }]],
    [
      'event 3: it authorizes a change that is not held',
      [CREATED, requested('c1', 'RELEASE'), authorized('c2', 'RELEASE')],
    ],
    [
      'event 3: it authorizes a change that is not held',
      [CREATED, requested('c1', 'RELEASE'), { type: 'CHANGE_AUTHORIZED' }],
    ],
    [
      'event 4: it authorizes a change that is not held',
      [CREATED, requested('c1', 'RELEASE'), authorized('c1', 'RELEASE'), authorized('c1', 'RELEASE')],
    ],
    [
      'event 4: it applies a change that nobody authorized',
      [CREATED, ...RELEASE.slice(0, 2), applied('c2', 'RELEASE', 'PENDING_ENROLLMENT', 'RELEASED')],
    ],
    [
      'event 4: it applies a change that nobody authorized',
      [CREATED, ...RELEASE.slice(0, 2), applied('c1', 'UNBLOCK', 'PENDING_ENROLLMENT', 'ACTIVE')],
    ],
    ['event 2: it enrols no new phone (null)', [CREATED, { ...enrolled('phone-1'), details: { to: 'ACTIVE' } }]],
    [
      'event 4: it applies a change that nobody authorized',
      [
        CREATED,
        enrolled('phone-1'),
        requested('c1', 'RELEASE'),
        applied('c1', 'RELEASE', 'ACTIVE', 'RELEASED', 'phone-1'),
      ],
    ],
    [
      'event 5: it unbinds the phone phone-9, and phone-1 is enrolled',
      [
        CREATED,
        enrolled('phone-1'),
        requested('c1', 'RELEASE'),
        authorized('c1', 'RELEASE'),
        applied('c1', 'RELEASE', 'ACTIVE', 'RELEASED', 'phone-9'),
      ],
    ],
    [
      'event 5: it leads to ACTIVE, and not to RELEASED',
      [
        CREATED,
        enrolled('phone-1'),
        requested('c1', 'RELEASE'),
        authorized('c1', 'RELEASE'),
        applied('c1', 'RELEASE', 'ACTIVE', 'ACTIVE', 'phone-1'),
      ],
    ],
    [
      'event 5: it leads to ACTIVE, and not to PENDING_ENROLLMENT',
      [
        CREATED,
        applied('b1', 'BLOCK', 'PENDING_ENROLLMENT', 'BLOCKED'),
        requested('c1', 'UNBLOCK'),
        authorized('c1', 'UNBLOCK'),
        applied('c1', 'UNBLOCK', 'BLOCKED', 'ACTIVE'),
      ],
    ],
    [
      'event 2: it applies a change without an action',
      [CREATED, { type: 'CHANGE_APPLIED', details: { to: 'BLOCKED' } }],
    ],
    [
      "event 2: the holder's enabled was true, not false",
      [CREATED, { type: 'HOLDER_UPDATED', details: { enabledFrom: false, enabledTo: true } }],
    ],
  ])('%s', (contradiction, told) => {
    expect(contradictions(...told)).toEqual([contradiction]);
  });
});

it('is told of every event of a good record that is left out, but for those that change nothing', () => {
  const good = [
    CREATED,
    enrolled('phone-1'),
    ...RELEASE,
    enrolled('phone-2', 'RELEASED'),
    applied('b1', 'BLOCK', 'ACTIVE', 'BLOCKED'),
  ];
  void fc.assert(
    fc.property(fc.integer({ min: 1, max: good.length - 2 }), (left) => {
      expect(contradictions(...good.filter((_, index) => index !== left))).not.toEqual([]);
    }),
  );
});
