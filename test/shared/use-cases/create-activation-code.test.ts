import type { Token } from '../../../shared/domain/token.ts';
import type { User } from '../../../shared/domain/user.ts';
import { activations, recordEvents, tokens } from '../../../shared/repositories/items.ts';
import { hashActivationCode } from '../../../shared/security/activation-code.ts';
import { createActivationCode } from '../../../shared/use-cases/create-activation-code.ts';
import { aHolder, aToken, aUser, later, NOW } from '../../fixtures.ts';
import { given, stored } from '../../world/given.ts';
import { givenCode } from '../../world/phone.ts';
import { type MemoryWorld, meanwhile, memoryWorld, sent } from '../../world/world.ts';

const admin = aUser();
const holder = aHolder();
const own = {
  userId: 'user-admin',
  fullName: 'Demo Administradora',
  username: 'demo.admin',
  role: 'ADMINISTRATOR',
} as const;

let world: MemoryWorld;

beforeEach(() => {
  world = memoryWorld();
});

const waiting = (members: Partial<Token> = {}) => aToken({ status: 'PENDING_ENROLLMENT', device: null, ...members });
const create = (tokenId = 'token-holder', caller: User = admin) =>
  createActivationCode(world, { caller, tokenId, requestId: 'request-1' });
const code = () => stored(world, activations.at('user-holder'));

it.each(['PENDING_ENROLLMENT', 'RELEASED'] as const)(
  'makes a code for a token that is %s, and keeps its hash alone',
  async (status) => {
    given(world, admin, holder, waiting({ status }));
    const { activationCode, expiresAt } = await create();
    expect([activationCode, expiresAt]).toEqual([
      expect.stringMatching(/^([0-9A-HJKMNP-TV-Z]{4}(-|$)){4}/),
      later(86_400).toISOString(),
    ]);
    expect(code()).toEqual({
      userId: 'user-holder',
      codeHash: hashActivationCode('user-holder', activationCode),
      expiresAt,
      wrongTries: 0,
      wrongHashes: [],
    });
    expect(stored(world, tokens.at('DEMO', 'token-holder'))).toMatchObject({
      status,
      version: 4,
      codeStarts: [NOW.getTime()],
    });
    const event = stored(world, recordEvents.at('DEMO', 'token-holder', 1));
    expect(event).toMatchObject({
      type: 'ACTIVATION_CODE_CREATED',
      actor: { type: 'USER', userId: 'user-admin' },
      details: { expiresAt, requestId: 'request-1' },
    });
    expect(JSON.stringify([event, code()])).not.toContain(activationCode);
  },
);

it('puts the new code in the place of the earlier one and of its wrong tries', async () => {
  given(world, admin, holder, waiting());
  givenCode(world, holder);
  const before = code();
  await create();
  expect(code()?.codeHash).not.toBe(before?.codeHash);
});

describe('is refused, and makes no code,', () => {
  it.each<[string, User | undefined, Token | undefined, object]>([
    ['for a caller whom nobody knows', undefined, waiting(), { code: 'USER_DISABLED' }],
    ['for a caller who was disabled', aUser({ enabled: false }), waiting(), { code: 'USER_DISABLED' }],
    [
      'for a caller who is no administrator any more',
      aUser({ role: 'SECONDARY' }),
      waiting(),
      { code: 'ADMINISTRATOR_ONLY' },
    ],
    [
      'to who may not ask, before it is told that there is no token',
      aUser({ role: 'SECONDARY' }),
      undefined,
      { code: 'ADMINISTRATOR_ONLY' },
    ],
    ['for a token that is not there', admin, undefined, { code: 'NOT_FOUND' }],
    ['for a token of another company', admin, waiting({ companyId: 'OTRA' }), { code: 'NOT_FOUND' }],
    ['for a token that has its phone', admin, aToken(), { code: 'ACTION_NOT_AVAILABLE' }],
    ['for a blocked token', admin, waiting({ status: 'BLOCKED' }), { code: 'ACTION_NOT_AVAILABLE' }],
    ['for a physical token', admin, waiting({ kind: 'PHYSICAL', status: 'ENABLED' }), { code: 'ACTION_NOT_AVAILABLE' }],
    ['for the caller’s own token', admin, waiting({ holder: own }), { code: 'OWN_TOKEN' }],
    ['for the caller’s own token, whatever its state', admin, aToken({ holder: own }), { code: 'OWN_TOKEN' }],
  ])('%s', async (_, caller, token, problem) => {
    given(world, holder, ...(caller ? [caller] : []), ...(token ? [token] : []));
    await expect(create()).rejects.toMatchObject(problem);
    expect(code()).toBeUndefined();
    expect(sent(world, 'TransactWrite')).toEqual([]);
  });

  it('for a holder who is disabled, and for now where one is missing', async () => {
    given(world, admin, aHolder({ enabled: false }), waiting());
    await expect(create()).rejects.toMatchObject({ code: 'ACTION_NOT_AVAILABLE' });
    const other = { ...waiting({ tokenId: 'token-lost' }), holder: { ...own, userId: 'user-lost' } };
    given(world, other);
    await expect(create('token-lost')).rejects.toMatchObject({ code: 'UNAVAILABLE' });
  });

  it('no holder whom the bank gives another id meanwhile: the code is for who they are then', async () => {
    given(world, admin, waiting());
    const moved = { ...holder, userId: 'user-moved' };
    let reads = 0;
    world.refusals.push(({ operation }) => {
      reads += operation === 'BatchGet' ? 1 : 0;
      if (reads === 2) given(world, moved, waiting({ holder: { ...waiting().holder, userId: moved.userId } }));
      return undefined;
    });
    await expect(create()).resolves.toMatchObject({ activationCode: expect.any(String) });
    expect(stored(world, activations.at(moved.userId))?.userId).toBe(moved.userId);
  });

  it('the sixth time in an hour, until the first is an hour old', async () => {
    given(world, admin, holder, waiting());
    for (let times = 0; times < 5; times++) {
      await create();
      world.clock.advance(60_000);
    }
    await expect(create()).rejects.toMatchObject({ code: 'TOO_MANY_REQUESTS', retryAfter: 3300 });
    world.clock.advance(3300_000 - 1);
    await expect(create()).rejects.toMatchObject({ retryAfter: 1 });
    world.clock.advance(1);
    await expect(create()).resolves.toMatchObject({ activationCode: expect.any(String) });
  });
});

describe('an administrator’s own code', () => {
  const released = (seconds: number, authorizedBy = 'user-admin') =>
    waiting({
      status: 'RELEASED',
      holder: own,
      lastRelease: { authorizedBy, authorizedAt: later(-seconds).toISOString() },
    });

  it('is made until half an hour after their own phone authorized the release, with one check of one user', async () => {
    given(world, admin, released(1800));
    await create();
    expect(stored(world, activations.at('user-admin'))?.userId).toBe('user-admin');
  });

  it.each([
    ['a moment later', released(1800.001)],
    ['after a release that another authorized', released(1, 'user-other')],
  ])('is refused %s', async (_, token) => {
    given(world, admin, token);
    await expect(create()).rejects.toMatchObject({ code: 'OWN_TOKEN' });
  });
});

describe('what somebody else writes at the same moment', () => {
  it.each<[string, () => Token | User, string]>([
    ['is a phone', () => aToken({ version: 4 }), 'ACTION_NOT_AVAILABLE'],
    ['disables the caller', () => aUser({ enabled: false }), 'USER_DISABLED'],
    ['takes the caller’s role', () => aUser({ role: 'SECONDARY' }), 'ADMINISTRATOR_ONLY'],
    ['disables the holder', () => aHolder({ enabled: false }), 'ACTION_NOT_AVAILABLE'],
  ])('%s, and no code is made', async (_, other, problem) => {
    given(world, admin, holder, waiting());
    meanwhile(world, 'TransactWrite', () => given(world, other()));
    await expect(create()).rejects.toMatchObject({ code: problem });
    expect(code()).toBeUndefined();
  });

  it('leaves what may still be done to be decided again', async () => {
    given(world, admin, holder, waiting());
    meanwhile(world, 'TransactWrite', () => given(world, waiting({ version: 4 })));
    await create();
    expect(stored(world, tokens.at('DEMO', 'token-holder'))?.version).toBe(5);
  });
});
