import type { Answer } from '../../../phone/protocol/index.ts';
import { type HeldChange, MAXIMUM_WRONG_CODES } from '../../../shared/domain/change.ts';
import { suspensionFor } from '../../../shared/domain/suspension.ts';
import type { Token } from '../../../shared/domain/token.ts';
import { changes, holds, refusals, suspensions, tokens } from '../../../shared/repositories/items.ts';
import { ALL_WRONG_CODES_BUT_ONE, aHeldChange, aHolder, aUser, later, NOW, withPending } from '../../fixtures.ts';
import { at, type Given, given, stored } from '../../world/given.ts';
import { type MemoryWorld, refuse, sent } from '../../world/world.ts';
import { APPROVE, decideBy, holders, mine, NOT_ME, REJECT, theirs, WRONG, waitingWorld } from './decision-scene.ts';
import {
  ADMIN,
  called,
  createSigners,
  done,
  HELD_TOKEN,
  HOLDER,
  meanwhile,
  noApprover,
  OTHER,
  phoneFor,
  record,
  refused,
  type Signers,
  tokenFor,
} from './scene.ts';

let signers: Signers;
let world: MemoryWorld;

beforeAll(async () => {
  signers = await createSigners();
});

/** Begins in a world in which this change waits, and nobody's workflow does. */
function begin(change: HeldChange, ...things: Given[]): void {
  world = waitingWorld(signers, change, ...things);
}

const decide = (change: HeldChange, answer: Answer, by = ADMIN) => decideBy(world, signers, change, answer, by);

const change = (changeId = 'change-1') => stored(world, changes.at('DEMO', changeId));
const token = () => stored(world, tokens.at('DEMO', HELD_TOKEN));
const suspension = (onlyToken: string | null) =>
  stored(world, suspensions.at('DEMO', ADMIN.userId))?.find((each) => each.onlyToken === onlyToken);
const closedAs = (status: string) => ({ code: 'CHANGE_CLOSED', change: { changeId: 'change-1', status } });

describe('a change past its time', () => {
  const overdue = aHeldChange({}, { expiresAt: NOW.toISOString() });

  it.each([APPROVE, WRONG, REJECT, NOT_ME])(
    'is expired by whoever decides it, and closed to them: %j',
    async (answer) => {
      begin(overdue);
      expect(await refused(() => decide(overdue, answer))).toEqual(closedAs('EXPIRED'));
      expect(change()).toMatchObject({ status: 'EXPIRED', outcome: { cause: 'EXPIRED', by: null } });
      expect(record(world).map(({ type }) => type)).toEqual(['CHANGE_EXPIRED']);
    },
  );

  it('is not said to be so where that cannot be written', async () => {
    begin(overdue);
    refuse(world, 'TransactWrite', new Error('unreachable'));
    expect(await refused(() => decide(overdue, APPROVE))).toEqual({ code: 'UNAVAILABLE', retryAfter: 1 });
    expect(sent(world, 'Update')).toEqual([]);
  });

  it.each([
    [APPROVE, 'EXPIRED'],
    [WRONG, 'EXPIRED'],
  ])('is not decided by a try that began in time and lost to another: %j', async (answer, status) => {
    const short = aHeldChange({}, { expiresAt: later(0.001).toISOString() });
    begin(short);
    meanwhile(world, () => {
      given(world, withPending(tokenFor(HOLDER, { version: 4 }), short), { ...short, version: 2 });
      world.clock.advance(1);
    });
    expect(await refused(() => decide(short, answer))).toEqual(closedAs(status));
    expect(change()?.authorization?.wrongCodes).toEqual([]);
  });

  const short = { expiresAt: later(0.001).toISOString() };
  it.each<[string, HeldChange, Answer, typeof ADMIN, Given[]]>([
    ['an approval', aHeldChange({}, short), APPROVE, ADMIN, []],
    ['a rejection', aHeldChange({}, short), REJECT, ADMIN, []],
    ['a wrong code', aHeldChange({}, short), WRONG, ADMIN, []],
    ['the last wrong code', aHeldChange({}, { ...short, wrongCodes: ALL_WRONG_CODES_BUT_ONE }), WRONG, ADMIN, []],
    [
      'the end for a requester who is removed',
      aHeldChange({}, { ...short, policy: 'OTHER_ADMINISTRATOR' }),
      APPROVE,
      OTHER,
      [aUser({ enabled: false })],
    ],
  ])('is not decided by a write that must be made again: %s', async (_, held, answer, by, things) => {
    begin(held, ...things);
    const slow = Object.assign(new Error('slow down'), { name: 'ThrottlingException' });
    refuse(world, 'TransactWrite', slow, {
      times: 1,
      which: () => {
        world.clock.advance(1);
        return true;
      },
    });
    expect(await refused(() => decide(held, answer, by))).toEqual(closedAs('EXPIRED'));
  });
});

describe('a decision that somebody is faster than', () => {
  const retired = (by: typeof ADMIN) => {
    const device = signers.devices.find(({ userId }) => userId === by.userId);
    return phoneFor(by, { ...device, retiredAt: NOW.toISOString() });
  };
  const disowned = (onlyToken: string | null) => ({
    ...suspensionFor({ ...theirs, changeId: 'other' }, HOLDER, NOW),
    onlyToken,
  });
  const next = (members: Partial<Token>, held = theirs) =>
    withPending(tokenFor(HOLDER, { version: 4, ...members }), held);
  const NOT_FOUND = { code: 'NOT_FOUND' };
  const PROOF_REFUSED = { code: 'PROOF_REFUSED' };
  type Race = [string, HeldChange, Answer, typeof ADMIN, () => Given[], object];

  it.each<Race>([
    [
      'disables the one who approves',
      theirs,
      APPROVE,
      OTHER,
      () => [{ ...OTHER, enabled: false }],
      { code: 'USER_DISABLED' },
    ],
    [
      'disables the one who rejects',
      theirs,
      REJECT,
      OTHER,
      () => [{ ...OTHER, enabled: false }],
      { code: 'USER_DISABLED' },
    ],
    [
      'disables the one who disowns',
      theirs,
      NOT_ME,
      OTHER,
      () => [{ ...OTHER, enabled: false }],
      { code: 'USER_DISABLED' },
    ],
    [
      'disables the one who types a wrong code',
      theirs,
      WRONG,
      OTHER,
      () => [{ ...OTHER, enabled: false }],
      { code: 'USER_DISABLED' },
    ],
    ['demotes the one who approves', theirs, APPROVE, OTHER, () => [{ ...OTHER, role: 'SECONDARY' }], NOT_FOUND],
    ['demotes the one who rejects', theirs, REJECT, OTHER, () => [{ ...OTHER, role: 'SECONDARY' }], NOT_FOUND],
    ['demotes the requester who approves', mine, APPROVE, ADMIN, () => [aUser({ role: 'SECONDARY' })], NOT_FOUND],
    [
      'disables the holder who approves',
      holders,
      APPROVE,
      HOLDER,
      () => [aHolder({ enabled: false })],
      { code: 'USER_DISABLED' },
    ],
    ['retires the phone that approves', theirs, APPROVE, OTHER, () => [retired(OTHER)], PROOF_REFUSED],
    ['retires the phone that rejects', theirs, REJECT, OTHER, () => [retired(OTHER)], PROOF_REFUSED],
    ['retires the phone that types a wrong code', theirs, WRONG, OTHER, () => [retired(OTHER)], PROOF_REFUSED],
    [
      'blocks the token of the one who approves',
      theirs,
      APPROVE,
      OTHER,
      () => [tokenFor(OTHER, { status: 'BLOCKED' }), noApprover(OTHER)],
      PROOF_REFUSED,
    ],
    [
      'moves the token of the one who approves to another phone',
      theirs,
      APPROVE,
      OTHER,
      () => [tokenFor(OTHER, { device: null }), noApprover(OTHER)],
      PROOF_REFUSED,
    ],
    ['unbinds the holder’s phone', holders, APPROVE, HOLDER, () => [next({ device: null }, holders)], PROOF_REFUSED],
    [
      'blocks the holder’s token',
      holders,
      APPROVE,
      HOLDER,
      () => [next({ status: 'BLOCKED' }, holders)],
      PROOF_REFUSED,
    ],
    [
      'disables the requester of an approval',
      theirs,
      APPROVE,
      OTHER,
      () => [aUser({ enabled: false })],
      closedAs('CANCELLED'),
    ],
    [
      'demotes the requester of an approval',
      theirs,
      APPROVE,
      OTHER,
      () => [aUser({ role: 'SECONDARY' })],
      closedAs('CANCELLED'),
    ],
    [
      'demotes the requester of the holder’s approval',
      holders,
      APPROVE,
      HOLDER,
      () => [aUser({ role: 'SECONDARY' })],
      closedAs('CANCELLED'),
    ],
    ['suspends the requester of an approval', theirs, APPROVE, OTHER, () => [disowned(null)], closedAs('CANCELLED')],
    [
      'suspends the requester for the token',
      theirs,
      APPROVE,
      OTHER,
      () => [disowned(HELD_TOKEN)],
      closedAs('CANCELLED'),
    ],
    ['suspends the requester of a rejection', theirs, REJECT, OTHER, () => [disowned(null)], closedAs('REJECTED')],
    ['suspends the requester of a wrong code', theirs, WRONG, OTHER, () => [disowned(null)], closedAs('CANCELLED')],
    [
      'cancels the change',
      theirs,
      APPROVE,
      OTHER,
      () => [{ ...theirs, status: 'CANCELLED', version: 2 }, tokenFor(HOLDER, { version: 4 })],
      closedAs('CANCELLED'),
    ],
  ])('is judged again: somebody %s', async (_, held, answer, by, things, expected) => {
    begin(held);
    meanwhile(world, () => given(world, ...things()));
    expect(await refused(() => decide(held, answer, by))).toEqual(expected);
    expect(change()?.authorization?.decidedBy).toBeUndefined();
    expect(change()?.authorization?.wrongCodes).toEqual([]);
  });

  it('is judged again: somebody demotes the requester who approves for their own token, as its holder', async () => {
    const { userId, fullName, tokenId } = ADMIN;
    const own = aHeldChange({ tokenId, holder: { userId, fullName } }, { policy: 'HOLDER' });
    begin(own, withPending(tokenFor(ADMIN), own));
    meanwhile(world, () => given(world, aUser({ role: 'SECONDARY' })));
    expect(await refused(() => decide(own, APPROVE))).toEqual(closedAs('CANCELLED'));
    expect(change()?.outcome?.cause).toBe('REQUESTER_REMOVED');
  });

  it.each<[string, HeldChange, Answer]>([
    [
      'types the last wrong code',
      aHeldChange({}, { ...theirs.authorization, wrongCodes: ALL_WRONG_CODES_BUT_ONE }),
      WRONG,
    ],
    ['disowns what they had rejected', theirs, NOT_ME],
  ])('is judged again: somebody disables the one who %s', async (_, held, answer) => {
    begin(held);
    if (answer === NOT_ME) await done(() => decide(held, REJECT, OTHER));
    const { version } = change() ?? {};
    meanwhile(world, () => given(world, { ...OTHER, enabled: false }));
    expect(await refused(() => decide(held, answer, OTHER))).toEqual({ code: 'USER_DISABLED' });
    expect([change()?.version, suspension(null)]).toEqual([version, undefined]);
  });

  it('to disown is recorded though another has disowned the requester meanwhile', async () => {
    begin(theirs);
    meanwhile(world, () => given(world, disowned(null)));
    expect((await done(() => decide(theirs, NOT_ME, OTHER))).answer?.status).toBe('REJECTED');
    expect([change()?.outcome?.cause, sent(world, 'TransactWrite').length]).toEqual(['DISOWNED', 1]);
  });

  it('to reject is recorded though the requester is demoted meanwhile', async () => {
    begin(theirs);
    meanwhile(world, () => given(world, aUser({ role: 'SECONDARY' })));
    expect((await done(() => decide(theirs, REJECT, OTHER))).answer?.status).toBe('REJECTED');
    expect(sent(world, 'TransactWrite')).toHaveLength(1);
  });

  it('by another wrong code counts both', async () => {
    begin(mine);
    meanwhile(world, () =>
      given(world, { ...mine, version: 2, authorization: { ...mine.authorization, wrongCodes: ['111111'] } }),
    );
    expect(await refused(() => decide(mine, WRONG))).toEqual({
      code: 'BINDING_CODE_MISMATCH',
      attemptsLeft: MAXIMUM_WRONG_CODES - 2,
    });
    expect(change()?.authorization?.wrongCodes).toEqual(['111111', '000000']);
  });

  it.each([
    ['who decides with the last wrong code', WRONG, aHeldChange({}, { wrongCodes: ALL_WRONG_CODES_BUT_ONE }), {}],
    ['whose requester is removed', APPROVE, theirs, { enabled: false }],
    ['whose requester is there', APPROVE, theirs, {}],
  ])('is refused for now where the token names another change all along: %s', async (_, answer, held, requester) => {
    const by = held.authorization.policy === 'REQUESTER' ? ADMIN : OTHER;
    begin(held, aUser(requester), withPending(tokenFor(HOLDER), { ...held, changeId: 'other' }));
    expect(await refused(() => decide(held, answer, by))).toEqual({ code: 'UNAVAILABLE', retryAfter: 1 });
    expect([sent(world, 'TransactWrite'), stored(world, refusals.at(by.userId))]).toEqual([[], undefined]);
  });
});

describe('the workflow that waits', () => {
  it('is looked for again where it had not come yet when the change was read', async () => {
    begin(mine);
    await world.workflow.start(mine);
    const taskToken = world.services.workflow.openTask('change-1');
    meanwhile(world, () => given(world, at(holds.at('change-1'), { taskToken, notification: 'PENDING' })));
    await done(() => decide(mine, APPROVE));
    expect(called(world).slice(-2)).toEqual(['BatchGet', 'SendTaskSuccess']);
    expect(world.services.workflow.executions.get('change-1')?.output).toBe('{"outcome":"AUTHORIZED"}');
  });

  it('is told nothing where it never came', async () => {
    begin(mine);
    expect((await done(() => decide(mine, APPROVE))).answer?.status).toBe('AUTHORIZED');
    expect(called(world)).toEqual(['BatchGet', 'TransactWrite', 'BatchGet']);
  });

  it('keeps no decision from being answered where it cannot be told', async () => {
    begin(mine, at(holds.at('change-1'), { taskToken: 'task', notification: 'SENT' }));
    refuse(world, 'SendTaskSuccess', new Error('unreachable'));
    expect((await done(() => decide(mine, APPROVE))).answer?.status).toBe('AUTHORIZED');
    expect(token()?.pendingChange?.status).toBe('AUTHORIZED');
  });
});
