import type { Answer } from '../../../phone/protocol/index.ts';
import { type HeldChange, MAXIMUM_WRONG_CODES } from '../../../shared/domain/change.ts';
import { withUsername } from '../../../shared/domain/change-names.ts';
import { suspensionFor } from '../../../shared/domain/suspension.ts';
import { changes, refusals, suspensions, tokens } from '../../../shared/repositories/items.ts';
import { decideChange } from '../../../shared/use-cases/decide-change.ts';
import { aHeldChange, aUser, later, NOW } from '../../fixtures.ts';
import { at, type Given, stored } from '../../world/given.ts';
import { type MemoryWorld, sent } from '../../world/world.ts';
import { APPROVE, decideBy, heldWorld, holders, mine, NOT_ME, REJECT, theirs, wrong } from './decision-scene.ts';
import {
  ADMIN,
  called,
  createSigners,
  done,
  HELD_TOKEN,
  HOLDER,
  OTHER,
  phoneFor,
  phoneName,
  record,
  refused,
  type Signers,
  signed,
  tokenFor,
  waiting,
} from './scene.ts';

let signers: Signers;
let world: MemoryWorld;

beforeAll(async () => {
  signers = await createSigners();
});

/** Begins in a world in which this change waits, and its workflow too. */
async function begin(change: HeldChange, ...things: Given[]): Promise<void> {
  world = await heldWorld(signers, change, ...things);
}

const decide = (change: HeldChange, answer: Answer, by = ADMIN) => decideBy(world, signers, change, answer, by);

/** An answer of an app that says how it knew the person. */
const knownBy = (userVerification: NonNullable<Answer['userVerification']>, answer: Answer): Answer => ({
  ...answer,
  userVerification,
});

const change = () => stored(world, changes.at('DEMO', 'change-1'));
const token = () => stored(world, tokens.at('DEMO', HELD_TOKEN));
const answered = () => world.services.workflow.executions.get('change-1')?.output;
const isCounted = (by = ADMIN) => stored(world, refusals.at(by.userId))?.refused1 !== undefined;
const person = ({ userId, fullName }: typeof ADMIN) => ({ userId, fullName });
const suspended = (overrides = {}) => ({
  ...suspensionFor({ ...mine, changeId: 'disowned' }, OTHER, NOW),
  ...overrides,
});

describe('how the app knew the person', () => {
  it.each([
    ['approval', APPROVE, 'CHANGE_AUTHORIZED'],
    ['rejection', REJECT, 'CHANGE_REJECTED'],
    ['disowning', NOT_ME, 'CHANGE_REJECTED'],
  ])('is in the event of an %s, if the app says it', async (_, answer, type) => {
    await begin(mine);
    await done(() => decide(mine, knownBy('PIN', answer)));
    expect(record(world)).toMatchObject([{ type, details: { userVerification: 'PIN' } }]);
    await begin(mine);
    await done(() => decide(mine, answer));
    expect(record(world).map(({ details }) => details.userVerification)).toEqual([undefined]);
  });

  it('is in the event of a disowning that follows a rejection', async () => {
    await begin(mine);
    await done(() => decide(mine, REJECT));
    await done(() => decide(mine, knownBy('BIOMETRIC', NOT_ME)));
    expect(record(world).map(({ details }) => details.userVerification)).toEqual([undefined, 'BIOMETRIC']);
  });

  it('is required where the stage requires it: what is refused decides nothing', async () => {
    await begin(mine);
    const strict = { ...world, settings: { ...world.settings, requireUserVerification: true } };
    const decideStrictly = async (answer: Answer) => {
      const decision = await signed(signers, ADMIN, mine, answer);
      const asked = { userId: ADMIN.userId, changeId: mine.changeId, decision, requestId: 'request-2' };
      return decideChange(strict, asked);
    };
    for (const answer of [APPROVE, REJECT, knownBy('NONE', APPROVE)]) {
      expect(await refused(() => decideStrictly(answer))).toEqual({ code: 'PROOF_REFUSED' });
    }
    expect([change(), record(world)]).toEqual([mine, []]);
    const { answer } = await done(() => decideStrictly(knownBy('BIOMETRIC', APPROVE)));
    expect(answer).toEqual({ changeId: 'change-1', status: 'AUTHORIZED' });
  });
});

describe('an approval', () => {
  it.each([
    ['its requester', mine, ADMIN, 8],
    ['another administrator', theirs, OTHER, 9],
    ['its holder', holders, HOLDER, 8],
  ])('by %s lets the change be applied, tells the workflow, and keeps the proof', async (_, held, by, writes) => {
    await begin(held);
    const { answer, emitted } = await done(() => decide(held, APPROVE, by));
    expect(answer).toEqual({ changeId: 'change-1', status: 'AUTHORIZED' });
    const { bindingCode: _shownNoMore, ...authorization } = held.authorization;
    expect(change()).toEqual({
      ...withUsername(held, by),
      status: 'AUTHORIZED',
      version: 2,
      dueAt: later(2).toISOString(),
      authorization: {
        ...authorization,
        decidedBy: person(by),
        decidedAt: NOW.toISOString(),
        recorded: {
          kid: phoneName(by),
          decision: 'APPROVE',
          iat: NOW.getTime() / 1000,
          jws: expect.stringMatching(/^[\w-]+\.[\w-]+\.[\w-]+$/),
        },
      },
    });
    expect(token()).toMatchObject({ pendingChange: { changeId: 'change-1', status: 'AUTHORIZED' }, version: 4 });
    expect(record(world)).toMatchObject([
      {
        type: 'CHANGE_AUTHORIZED',
        actor: { type: 'USER', ...person(by) },
        details: { policy: held.authorization.policy, deviceId: phoneName(by), requestId: 'request-2' },
      },
    ]);
    expect([waiting(world), answered()]).toEqual([[], '{"outcome":"AUTHORIZED"}']);
    expect(called(world)).toEqual(['BatchGet', 'TransactWrite', 'SendTaskSuccess']);
    expect(sent(world, 'TransactWrite')).toMatchObject([{ TransactItems: { length: writes } }]);
    expect(emitted).toEqual([
      ['ChangesAuthorized RELEASE', 1],
      ['TimeToDecision', 0],
    ]);
    expect(isCounted(by)).toBe(false);
  });

  it('that comes again is answered as before, costs no write, and tells the workflow again', async () => {
    await begin(mine);
    const { emitted } = await done(async () => {
      await decide(mine, APPROVE);
      world.calls.length = 0;
      expect(await decide(mine, APPROVE)).toEqual({ changeId: 'change-1', status: 'AUTHORIZED' });
    });
    expect(called(world)).toEqual(['BatchGet', 'SendTaskSuccess']);
    expect(emitted.filter(([name]) => name === 'ChangesAuthorized RELEASE')).toHaveLength(1);
    expect(isCounted()).toBe(false);
  });

  it('that comes again once the change is applied is answered with that, and tells nobody', async () => {
    const decided = { kid: phoneName(ADMIN), decision: 'APPROVE', iat: 1, jws: 'jws' } as const;
    await begin(
      aHeldChange({ status: 'APPLIED' }, { decidedBy: person(ADMIN), recorded: decided }),
      tokenFor(HOLDER, { status: 'RELEASED', device: null }),
      phoneFor(ADMIN, { ...signers.devices[0], ...phoneKeys(), retiredAt: NOW.toISOString() }),
    );
    expect((await done(() => decide(mine, APPROVE))).answer).toEqual({ changeId: 'change-1', status: 'APPLIED' });
    expect(called(world)).toEqual(['BatchGet']);
  });

  it.each<[string, Given[]]>([
    ['is disabled', [aUser({ enabled: false })]],
    ['is no administrator any more', [aUser({ role: 'SECONDARY' })]],
    ['is another company’s', [aUser({ companyId: 'OTRA' })]],
    ['is suspended for the company', [suspended()]],
    ['is suspended for this token', [suspended({ onlyToken: HELD_TOKEN })]],
  ])('closes the change, which nobody has decided, where its requester %s', async (_, things) => {
    await begin(theirs, ...things);
    expect(await refused(() => decide(theirs, APPROVE, OTHER))).toEqual({
      code: 'CHANGE_CLOSED',
      change: { changeId: 'change-1', status: 'CANCELLED' },
    });
    expect(change()).toMatchObject({ status: 'CANCELLED', outcome: { cause: 'REQUESTER_REMOVED', by: null } });
    expect(change()?.authorization?.decidedBy).toBeUndefined();
    expect(token()?.pendingChange).toBeNull();
    expect(record(world)).toMatchObject([
      { type: 'CHANGE_CANCELLED', actor: { type: 'SYSTEM' }, details: { cause: 'REQUESTER_REMOVED' } },
    ]);
    expect([answered(), isCounted(OTHER)]).toEqual(['{"outcome":"CANCELLED"}', true]);
  });

  it('closes the change where its requester is not there any more', async () => {
    const gone = aHeldChange({ requestedBy: { userId: 'gone', fullName: 'Demo Retirada' } }, theirs.authorization);
    await begin(gone);
    const { emitted } = await done(() => decide(gone, APPROVE, OTHER).catch(() => undefined));
    expect(change()).toMatchObject({ status: 'CANCELLED', outcome: { cause: 'REQUESTER_REMOVED' } });
    expect(emitted).toEqual([['ChangesCancelled RELEASE', 1]]);
  });

  it.each<[string, Given[]]>([
    ['is suspended for another token alone', [suspended({ onlyToken: 'token-other' })]],
    ['was suspended until now', [suspended({ until: NOW.toISOString() })]],
  ])('is recorded where its requester %s', async (_, things) => {
    await begin(theirs, ...things);
    expect((await done(() => decide(theirs, APPROVE, OTHER))).answer?.status).toBe('AUTHORIZED');
  });
});

/** The signing key of the administrator's phone, as it is stored. */
function phoneKeys() {
  const device = signers.devices.find(({ userId }) => userId === ADMIN.userId);
  if (!device) throw new Error('The administrator has no phone');
  return device;
}

describe('a rejection', () => {
  it('closes the change, and suspends nobody', async () => {
    await begin(theirs);
    const { answer, emitted } = await done(() => decide(theirs, REJECT, OTHER));
    expect(answer).toEqual({ changeId: 'change-1', status: 'REJECTED' });
    expect(change()).toMatchObject({
      status: 'REJECTED',
      outcome: { cause: 'REJECTED', by: person(OTHER) },
      authorization: { decidedBy: person(OTHER), recorded: { decision: 'REJECT' } },
    });
    expect(token()).toMatchObject({ status: 'ACTIVE', pendingChange: null });
    expect(record(world).map(({ type, details }) => [type, details])).toEqual([
      ['CHANGE_REJECTED', { policy: 'OTHER_ADMINISTRATOR', deviceId: phoneName(OTHER), requestId: 'request-2' }],
    ]);
    expect(stored(world, suspensions.at('DEMO', 'user-admin'))).toBeUndefined();
    expect(called(world)).toEqual(['BatchGet', 'TransactWrite', 'SendTaskSuccess']);
    expect(emitted).toEqual([
      ['ChangesRejected RELEASE', 1],
      ['TimeToDecision', 0],
    ]);
  });

  it('that comes again is answered as before, and tells nobody', async () => {
    await begin(mine);
    await done(() => decide(mine, REJECT));
    world.calls.length = 0;
    expect((await done(() => decide(mine, REJECT))).answer).toEqual({ changeId: 'change-1', status: 'REJECTED' });
    expect(called(world)).toEqual(['BatchGet']);
  });

  it.each<[string, Given]>([
    ['is disabled', aUser({ enabled: false })],
    ['is no administrator any more', aUser({ role: 'SECONDARY' })],
  ])('counts though the requester %s', async (_, requester) => {
    await begin(theirs, requester);
    expect((await done(() => decide(theirs, REJECT, OTHER))).answer?.status).toBe('REJECTED');
    expect(change()?.outcome).toMatchObject({ cause: 'REJECTED' });
  });

  it.each([REJECT, NOT_ME])('finds the change disowned where its requester is suspended: %j', async (answer) => {
    await begin(theirs, suspended());
    expect(await refused(() => decide(theirs, answer, OTHER))).toEqual({
      code: 'CHANGE_CLOSED',
      change: { changeId: 'change-1', status: 'REJECTED' },
    });
    expect(change()).toMatchObject({
      status: 'REJECTED',
      outcome: { cause: 'DISOWNED', by: person(OTHER), suspendedUntil: suspended().until },
    });
    expect(record(world)).toMatchObject([
      { type: 'CHANGE_REJECTED', actor: { userId: 'user-other' }, details: { cause: 'DISOWNED' } },
    ]);
    expect(answered()).toBe('{"outcome":"REJECTED"}');
  });
});

describe('of what refuses a decision', () => {
  const recent = Object.fromEntries(
    Array.from({ length: 30 }, (_, index) => [`refused${index + 1}`, NOW.getTime() - index]),
  );
  const waits = at(refusals.at('user-admin'), recent);
  const overdue = aHeldChange({}, { expiresAt: NOW.toISOString() });
  const closed = aHeldChange({ status: 'REJECTED' });
  const notAsked = aHeldChange({}, { policy: 'HOLDER' });
  const another = aHeldChange({ note: 'otra' });
  const closedAs = (status: string) => ({ code: 'CHANGE_CLOSED', change: { changeId: 'change-1', status } });

  // Each refuses by itself; of several, the first says why.
  it.each<[object, HeldChange, HeldChange, Given[]]>([
    [{ code: 'USER_DISABLED' }, notAsked, another, [aUser({ enabled: false }), waits]],
    [{ code: 'TOO_MANY_REQUESTS', retryAfter: 60 }, notAsked, another, [waits]],
    [{ code: 'NOT_FOUND' }, notAsked, another, []],
    [{ code: 'PROOF_REFUSED' }, closed, another, [suspended()]],
    [closedAs('EXPIRED'), overdue, overdue, [suspended()]],
    [closedAs('REJECTED'), closed, closed, [suspended()]],
    [closedAs('CANCELLED'), mine, mine, [suspended()]],
    [{ code: 'BINDING_CODE_MISMATCH', attemptsLeft: MAXIMUM_WRONG_CODES - 1 }, mine, mine, []],
  ])('the first says why: %j', async (expected, held, signedFor, things) => {
    await begin(held, ...things);
    expect(await refused(() => decide(signedFor, wrong('000000')))).toEqual(expected);
  });

  it.each<[string, boolean, Given[], HeldChange]>([
    ['USER_DISABLED', false, [aUser({ enabled: false })], mine],
    ['NOT_FOUND', true, [], { ...mine, changeId: 'nothing' }],
    ['NOT_FOUND', true, [], notAsked],
    ['PROOF_REFUSED', true, [], another],
    ['CHANGE_CLOSED', true, [closed], mine],
    ['BINDING_CODE_MISMATCH', true, [], mine],
  ])('%s takes a place in the window: %p', async (code, counted, things, signedFor) => {
    await begin(signedFor === notAsked ? notAsked : mine, ...things);
    expect(await refused(() => decide(signedFor, wrong('000000')))).toMatchObject({ code });
    expect([sent(world, 'Update').length, isCounted()]).toEqual([counted ? 1 : 0, counted]);
  });

  it('one who must wait takes no further place', async () => {
    await begin(mine, waits);
    expect(await refused(() => decide(mine, APPROVE))).toEqual({ code: 'TOO_MANY_REQUESTS', retryAfter: 60 });
    expect(called(world)).toEqual(['BatchGet']);
  });

  it('the thirtieth in a minute is still judged, and the one after it waits', async () => {
    const places = { ...recent, refused30: NOW.getTime() - 60_000 };
    await begin(mine, at(refusals.at('user-admin'), places));
    expect(await refused(() => decide(mine, wrong('000000')))).toMatchObject({ code: 'BINDING_CODE_MISMATCH' });
    expect(await refused(() => decide(mine, wrong('000000')))).toMatchObject({ code: 'TOO_MANY_REQUESTS' });
  });
});
