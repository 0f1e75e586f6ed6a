import type { Device } from '../../../shared/domain/device.ts';
import { suspensionFor } from '../../../shared/domain/suspension.ts';
import { holds } from '../../../shared/repositories/items.ts';
import { readDecision } from '../../../shared/use-cases/read-decision.ts';
import { aHeldChange, aUser, later, NOW, withPending } from '../../fixtures.ts';
import { at, type Given, given } from '../../world/given.ts';
import { type MemoryWorld, memoryWorld, sent } from '../../world/world.ts';
import {
  ADMIN,
  called,
  createSigners,
  everybody,
  HELD_TOKEN,
  HOLDER,
  noApprover,
  OTHER,
  phoneFor,
  phoneName,
  refused,
  type Signers,
  signed,
  tokenFor,
} from './scene.ts';

let signers: Signers;
let world: MemoryWorld;

beforeAll(async () => {
  signers = await createSigners();
});

const change = aHeldChange({}, { policy: 'OTHER_ADMINISTRATOR' });
const suspension = suspensionFor({ ...change, changeId: 'other' }, HOLDER, NOW);
const hold = { taskToken: 'task', notification: 'SENT' } as const;
const answer = { decision: 'APPROVE', bindingCode: '123456' } as const;

function begin(...things: Given[]): void {
  world = memoryWorld();
  const token = withPending(tokenFor(HOLDER), change);
  given(world, ...everybody(), ...signers.devices, change, token, at(holds.at('change-1'), hold), ...things);
}

const read = (decision: string, { userId } = OTHER, changeId = 'change-1') =>
  readDecision(world, { userId, changeId, decision, requestId: 'request-2' });
const decision = (by = OTHER) => signed(signers, by, change, answer);
const others = (overrides: Partial<Device>) => {
  const device = signers.devices.find(({ userId }) => userId === OTHER.userId);
  return phoneFor(OTHER, { ...device, ...overrides });
};

it('reads all that a decision is judged against in one read', async () => {
  begin(suspension);
  expect(await read(await decision())).toEqual({
    caller: OTHER,
    change,
    token: withPending(tokenFor(HOLDER), change),
    hold,
    requester: { user: ADMIN, suspension },
    verified: {
      kid: phoneName(OTHER),
      payload: expect.objectContaining(answer),
      repeats: false,
      disownsLater: false,
    },
    now: NOW,
    requestId: 'request-2',
  });
  expect(called(world)).toEqual(['BatchGet']);
});

it.each([
  ['this token', { onlyToken: HELD_TOKEN }, true],
  ['the company', {}, true],
  ['another token', { onlyToken: 'token-other' }, false],
  ['another person', { requesterId: 'user-holder' }, false],
  ['this token until now', { onlyToken: HELD_TOKEN, until: NOW.toISOString() }, false],
])('finds its requester suspended for %s: %o', async (_, members, found) => {
  begin({ ...suspension, ...members });
  const { requester } = await read(await decision());
  expect(requester.suspension !== undefined).toBe(found);
});

it.each<[string, Given | Given[], object]>([
  ['is disabled', { ...OTHER, enabled: false }, { code: 'USER_DISABLED' }],
  ['is no administrator any more', { ...OTHER, role: 'SECONDARY' }, { code: 'NOT_FOUND' }],
  ['is of another company', { ...OTHER, companyId: 'OTRA' }, { code: 'NOT_FOUND' }],
  ['has no active token', [tokenFor(OTHER, { status: 'BLOCKED' }), noApprover(OTHER)], { code: 'PROOF_REFUSED' }],
  ['has a token on another phone', [tokenFor(OTHER, { device: null }), noApprover(OTHER)], { code: 'PROOF_REFUSED' }],
])('refuses it where the caller %s', async (_, things, expected) => {
  begin(...[things].flat());
  const jws = await decision();
  expect(await refused(() => read(jws))).toEqual(expected);
});

it.each<[string, Partial<Device>]>([
  ['is retired', { retiredAt: NOW.toISOString() }],
  ['was enrolled with the change', { enrolledAt: NOW.toISOString() }],
])('refuses it where the phone %s', async (_, members) => {
  begin(others(members));
  const jws = await decision();
  expect(await refused(() => read(jws))).toEqual({ code: 'PROOF_REFUSED' });
});

it('is read from a phone that was enrolled just before the change', async () => {
  begin(others({ enrolledAt: later(-0.001).toISOString() }));
  expect((await read(await decision())).caller).toEqual(OTHER);
});

it('refuses a phone of somebody else', async () => {
  begin();
  const jws = await decision(ADMIN);
  expect(await refused(() => read(jws))).toEqual({ code: 'PROOF_REFUSED' });
});

it('refuses whoever is nobody’s user, whatever they send', async () => {
  begin();
  expect(await refused(() => read('', aUser({ userId: 'nobody' })))).toEqual({ code: 'USER_DISABLED' });
});

it('tells no one who is not asked whether there is such a change', async () => {
  begin();
  const [jws, own] = await Promise.all([decision(), decision(ADMIN)]);
  const problems = [await refused(() => read(jws, OTHER, 'nothing')), await refused(() => read(own, ADMIN))];
  expect(problems).toEqual([{ code: 'NOT_FOUND' }, { code: 'NOT_FOUND' }]);
});

it('finds no block, which nobody decides', async () => {
  begin({ ...change, authorization: null });
  const jws = await decision();
  expect(await refused(() => read(jws))).toEqual({ code: 'NOT_FOUND' });
});

describe('of a decision that is no proof', () => {
  const part = (value: unknown) => Buffer.from(JSON.stringify(value)).toString('base64url');
  const unsigned = (payload: unknown, kid: unknown = 'phone-3') =>
    `${part({ alg: 'ES256', typ: 'token-change-decision+jwt', kid })}.${part(payload)}.AA`;
  const claim = (tokenId: unknown, userId: unknown, companyId: unknown = 'DEMO') => ({
    challenge: { companyId, tokenId, requestedBy: { userId } },
  });

  it.each([
    ['nothing', ''],
    ['no JWS', 'garbage'],
    ['a JWS without a challenge', unsigned({})],
    ['a token that is no id', unsigned(claim('a'.repeat(129), 'user-admin'))],
    ['a requester who is no id', unsigned(claim(HELD_TOKEN, 'user admin'))],
    ['a company that is no id', unsigned(claim(HELD_TOKEN, 'user-admin', 'DEMO#ADMINISTRATORS'))],
    ['a token that is no text', unsigned(claim(1, 'user-admin'))],
    ['a kid that is no id', unsigned(claim(HELD_TOKEN, 'user-admin'), 1)],
  ])('nothing is read that it names: %s', async (_, jws) => {
    begin();
    expect(await refused(() => read(jws))).toEqual({ code: 'PROOF_REFUSED' });
    const keys = sent(world, 'BatchGet').map((input) =>
      Object.values('RequestItems' in input ? (input.RequestItems ?? {}) : {}),
    );
    expect(keys).toMatchObject([[{ Keys: expect.any(Array) }], [{ Keys: { length: 3 } }]]);
  });

  it('only what it claims is read, and its claim is not believed', async () => {
    begin();
    expect(await refused(() => read(unsigned(claim(HELD_TOKEN, 'user-admin'))))).toEqual({ code: 'PROOF_REFUSED' });
    expect(sent(world, 'BatchGet')).toMatchObject([{ RequestItems: { llavero: { Keys: { length: 9 } } } }]);
  });

  it('what it claims of another company is nothing: the caller’s own is read', async () => {
    begin();
    const jws = unsigned(claim(HELD_TOKEN, 'user-admin', 'OTRA'));
    expect(await refused(() => read(jws))).toEqual({ code: 'PROOF_REFUSED' });
    expect(await refused(() => read(jws, OTHER, 'nothing'))).toEqual({ code: 'NOT_FOUND' });
    expect(called(world)).toEqual(['BatchGet', 'BatchGet', 'BatchGet', 'BatchGet']);
  });
});

it('is a fault of the data where the token of the change is missing', async () => {
  begin();
  const missing = aHeldChange({ tokenId: 'missing' }, { policy: 'OTHER_ADMINISTRATOR' });
  given(world, missing);
  await expect(read(await signed(signers, OTHER, missing, answer))).rejects.toThrow('The token of a change is missing');
});
