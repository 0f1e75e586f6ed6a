import type { HeldChange } from '../../../shared/domain/change.ts';
import type { Staff } from '../../../shared/domain/staff.ts';
import type { Token } from '../../../shared/domain/token.ts';
import { changes, holds, tokens, usernameOwners } from '../../../shared/repositories/items.ts';
import { confirmRescue } from '../../../shared/use-cases/confirm-rescue.ts';
import { type ProposedRescue, proposeRescue } from '../../../shared/use-cases/propose-rescue.ts';
import { aChange, aHeldChange, aUser, later, NOW, withPending } from '../../fixtures.ts';
import { at, type Given, given, stored } from '../../world/given.ts';
import { type MemoryWorld, memoryWorld, refuse, sent } from '../../world/world.ts';
import { ADMIN, called, done, everybody, meanwhile, record, refused, tokenFor, waiting } from './scene.ts';

const staff = (name: string, userId = `AIDA${name}`): Staff => ({
  userId,
  fullName: name,
  arn: `arn:aws:iam::000000000000:user/${name}`,
});
const FIRST = staff('demo.una');
const SECOND = staff('demo.dos');
const PENDING = { code: 'CHANGE_ALREADY_PENDING' };

let world: MemoryWorld;

/** The administrator whose token is rescued, with what else is there. */
function begin(...things: Given[]): void {
  world = memoryWorld();
  const { userId, companyId, tokenId } = ADMIN;
  const owner = { userId, companyId, tokenId, physicalTokenId: null, canSignIn: true };
  given(world, ...everybody(), at(usernameOwners.at(ADMIN.username), owner), ...things);
}

const token = () => stored(world, tokens.at('DEMO', ADMIN.tokenId));
const own = (overrides: Partial<Token> = {}) => tokenFor(ADMIN, overrides);
const BLOCKED = { status: 'BLOCKED', statusBeforeBlock: 'ACTIVE' } as const;

describe('a proposal', () => {
  const REQUEST: ProposedRescue['request'] = {
    operation: 'PROPOSE',
    username: ADMIN.username,
    action: 'RELEASE',
    reason: 'PHONE_LOST',
    note: null,
    key: '00000000-0000-4000-8000-000000000000',
  };
  const propose = (overrides: Partial<ProposedRescue['request']> = {}, by = FIRST) =>
    proposeRescue(world, { staff: by, request: { ...REQUEST, ...overrides }, requestId: 'request-1' });
  /** Its change, once it is stored. */
  const proposed = async (overrides: Partial<ProposedRescue['request']> = {}, by = FIRST) => {
    const { answer } = await done(() => propose(overrides, by));
    if (!answer) throw new Error('Nothing was proposed');
    return answer;
  };

  it('is held for a second person of the bank, asks no phone, and takes nothing from the company’s window', async () => {
    begin(own({ holdStarts: [1, 2, 3] }));
    const { answer, emitted } = await done(() => propose());
    expect(answer).toEqual({
      ...aChange({ changeId: answer?.changeId ?? '', tokenId: ADMIN.tokenId, reason: 'PHONE_LOST' }),
      holder: { userId: ADMIN.userId, fullName: ADMIN.fullName },
      requestedBy: { userId: FIRST.userId, fullName: FIRST.fullName },
      names: { company: 'Demo', usernames: { [ADMIN.userId]: ADMIN.username } },
      requestDigest: expect.any(String),
      authorization: {
        policy: 'BANK',
        holderExcluded: true,
        asked: [],
        rescue: { proposedBy: FIRST },
        expiresAt: later(600).toISOString(),
        nonce: expect.stringMatching(/^[\w-]{22}$/),
        wrongCodes: [],
      },
    });
    const changeId = answer?.changeId ?? '';
    expect(stored(world, changes.at('DEMO', changeId))).toEqual({ ...answer, dueAt: later(2).toISOString() });
    expect(token()).toMatchObject({
      pendingChange: { changeId, action: 'RELEASE' },
      holdStarts: [1, 2, 3],
      version: 4,
    });
    expect(record(world, ADMIN.tokenId)).toMatchObject([
      { type: 'CHANGE_REQUESTED', actor: { type: 'BANK', userId: FIRST.userId }, details: { policy: 'BANK' } },
    ]);
    expect(waiting(world)).toEqual([]);
    expect(called(world)).toEqual(['BatchGet', 'BatchGet', 'TransactWrite', 'StartExecution']);
    expect(emitted).toEqual([['ChangesRequested RELEASE', 1]]);
  });

  it('by another spelling of the username is of the same person', async () => {
    begin();
    expect((await proposed({ username: 'DEMO.Admin' })).tokenId).toBe(ADMIN.tokenId);
  });

  it('stays proposed where the workflow cannot be started', async () => {
    begin();
    refuse(world, 'StartExecution', new Error('unreachable'));
    expect((await proposed()).status).toBe('PENDING_AUTHORIZATION');
  });

  it('again is the same change, and starts no second execution', async () => {
    begin();
    const first = await proposed();
    expect(await proposed()).toEqual({ ...first, dueAt: later(2).toISOString() });
    expect([sent(world, 'TransactWrite').length, world.services.workflow.executions.size]).toEqual([1, 1]);
    for (const other of [{ reason: 'PHONE_STOLEN' }, { note: 'otra' }]) {
      expect(await refused(() => propose(other))).toEqual({ code: 'IDEMPOTENCY_KEY_REUSED' });
    }
    expect(await refused(() => propose({}, SECOND))).toMatchObject(PENDING);
  });

  it('closes an earlier change found past its time', async () => {
    const overdue = aHeldChange({ tokenId: ADMIN.tokenId }, { expiresAt: NOW.toISOString() });
    begin(overdue, withPending(own(), overdue));
    const { emitted } = await done(() => propose());
    expect(stored(world, changes.at('DEMO', 'change-1'))?.status).toBe('EXPIRED');
    expect(record(world, ADMIN.tokenId).map(({ type }) => type)).toEqual(['CHANGE_EXPIRED', 'CHANGE_REQUESTED']);
    expect(emitted).toContainEqual(['ChangesExpired RELEASE', 1]);
  });

  const pending = aHeldChange({ tokenId: ADMIN.tokenId });
  const named = withPending(own(), pending).pendingChange;
  const DISABLED = aUser({ enabled: false, role: 'SECONDARY' });
  const released = own({ status: 'RELEASED' });

  it.each<[object, Given[], Partial<ProposedRescue['request']>]>([
    [
      { code: 'VALIDATION_FAILED' },
      [DISABLED, withPending(released, pending)],
      { reason: 'FALSE_ALARM', username: 'x' },
    ],
    [{ code: 'NOT_FOUND' }, [DISABLED, withPending(released, pending)], { username: 'x' }],
    [{ code: 'USER_DISABLED' }, [DISABLED, withPending(released, pending)], {}],
    [{ code: 'ADMINISTRATOR_ONLY' }, [aUser({ role: 'SECONDARY' }), withPending(released, pending)], {}],
    [{ ...PENDING, change: named }, [withPending(released, pending)], {}],
    [{ code: 'ACTION_NOT_AVAILABLE' }, [released], {}],
    [{ code: 'ACTION_NOT_AVAILABLE' }, [], { action: 'UNBLOCK', reason: 'FALSE_ALARM' }],
  ])('is refused with the first of what refuses it: %j', async (expected, things, overrides) => {
    begin(...things);
    expect(await refused(() => propose(overrides))).toMatchObject(expected);
    expect(sent(world, 'TransactWrite')).toEqual([]);
  });

  it('is refused of a name that its user has given up: they are not disabled, and go by another one', async () => {
    begin();
    const { userId, tokenId } = ADMIN;
    const owner = { userId, companyId: 'DEMO', tokenId, physicalTokenId: null, canSignIn: false, renamedTo: 'otro' };
    given(world, at(usernameOwners.at(ADMIN.username), owner));
    expect(await refused(() => propose())).toEqual({ code: 'NOT_FOUND' });
  });

  it('is refused where the token is not there', async () => {
    begin();
    const owner = { userId: ADMIN.userId, companyId: 'DEMO', tokenId: 'gone', physicalTokenId: null, canSignIn: true };
    given(world, at(usernameOwners.at(ADMIN.username), owner));
    expect(await refused(() => propose())).toEqual({ code: 'NOT_FOUND' });
  });

  it.each<[string, Given[], object]>([
    ['demotes the administrator', [aUser({ role: 'SECONDARY' })], { code: 'ADMINISTRATOR_ONLY' }],
    ['disables the administrator', [aUser({ enabled: false })], { code: 'USER_DISABLED' }],
    ['begins another change', [pending, withPending(own({ version: 4 }), pending)], PENDING],
  ])('is judged again where somebody %s meanwhile', async (_, things, expected) => {
    begin();
    meanwhile(world, () => given(world, ...things));
    expect(await refused(() => propose())).toMatchObject(expected);
    expect(sent(world, 'StartExecution')).toEqual([]);
  });
});

describe('a confirmation', () => {
  const rescue = aHeldChange(
    { tokenId: ADMIN.tokenId, createdAt: later(-5).toISOString() },
    { policy: 'BANK', holderExcluded: true, asked: [], rescue: { proposedBy: FIRST } },
  );
  const closedAs = (status: string) => ({ code: 'CHANGE_CLOSED', change: { changeId: 'change-1', status } });
  const change = () => stored(world, changes.at('DEMO', 'change-1'));
  const hold = { taskToken: 'task', notification: 'NOT_NEEDED' } as const;
  const proposed = (held: HeldChange = rescue, ...things: Given[]) =>
    begin(held, withPending(own(BLOCKED), held), at(holds.at('change-1'), hold), ...things);
  const confirm = (by = SECOND, overrides = {}) =>
    confirmRescue(world, {
      staff: by,
      request: {
        operation: 'CONFIRM',
        changeId: 'change-1',
        username: ADMIN.username,
        action: 'RELEASE',
        ...overrides,
      },
      requestId: 'request-2',
    });

  it('by a second person authorizes the rescue, and tells its workflow', async () => {
    proposed();
    const { answer, emitted } = await done(() => confirm());
    expect(answer).toMatchObject({
      status: 'AUTHORIZED',
      version: 2,
      authorization: {
        decidedBy: { userId: SECOND.userId, fullName: SECOND.fullName },
        decidedAt: NOW.toISOString(),
        rescue: { proposedBy: FIRST, confirmedBy: SECOND },
      },
    });
    expect(change()).toEqual(answer);
    expect(token()?.pendingChange?.status).toBe('AUTHORIZED');
    expect(record(world, ADMIN.tokenId)).toMatchObject([
      {
        type: 'CHANGE_AUTHORIZED',
        actor: { type: 'BANK', userId: SECOND.userId },
        details: { policy: 'BANK', proposedBy: 'demo.una', confirmedBy: 'demo.dos', requestId: 'request-2' },
      },
    ]);
    expect(called(world)).toEqual(['BatchGet', 'BatchGet', 'TransactWrite', 'SendTaskSuccess']);
    expect(sent(world, 'SendTaskSuccess')).toEqual([{ taskToken: 'task', output: '{"outcome":"AUTHORIZED"}' }]);
    expect(emitted).toEqual([
      ['ChangesAuthorized RELEASE', 1],
      ['TimeToDecision', 5_000],
    ]);
  });

  it('again by the same person changes nothing, whatever became of it', async () => {
    const applied = aHeldChange(
      { tokenId: ADMIN.tokenId, status: 'APPLIED' },
      { ...rescue.authorization, rescue: { proposedBy: FIRST, confirmedBy: SECOND } },
    );
    proposed(applied, aUser({ enabled: false }));
    expect((await done(() => confirm())).answer).toEqual(applied);
    expect(called(world)).toEqual(['BatchGet', 'BatchGet']);
  });

  const overdue = { ...rescue, authorization: { ...rescue.authorization, expiresAt: NOW.toISOString() } };
  const DISABLED = aUser({ enabled: false, role: 'SECONDARY' });

  it.each<[string, object, HeldChange, Given[], Staff, object]>([
    ['another username', { code: 'NOT_FOUND' }, rescue, [], SECOND, { username: 'nobody' }],
    ['another change', { code: 'NOT_FOUND' }, rescue, [], SECOND, { changeId: 'other' }],
    ['another action', { code: 'NOT_FOUND' }, overdue, [], SECOND, { action: 'UNBLOCK' }],
    ['another token’s change', { code: 'NOT_FOUND' }, { ...rescue, tokenId: 'token-other' }, [], SECOND, {}],
    ['a change that phones decide', { code: 'NOT_FOUND' }, aHeldChange({ tokenId: ADMIN.tokenId }), [], SECOND, {}],
    ['one past its time, by the first person', closedAs('EXPIRED'), overdue, [DISABLED], SECOND, {}],
    [
      'the first person’s',
      { code: 'SECOND_PERSON_REQUIRED' },
      { ...rescue, status: 'REJECTED' },
      [DISABLED],
      FIRST,
      {},
    ],
    ['one name in two roles', { code: 'SECOND_PERSON_REQUIRED' }, rescue, [], staff('Demo.Una', 'AROA:Demo.Una'), {}],
    ['one id with two names', { code: 'SECOND_PERSON_REQUIRED' }, rescue, [], staff('demo.tres', FIRST.userId), {}],
    ['a closed one', closedAs('EXPIRED'), { ...rescue, status: 'EXPIRED' }, [DISABLED], SECOND, {}],
    ['a disabled administrator’s', { code: 'USER_DISABLED' }, rescue, [DISABLED], SECOND, {}],
    ['no administrator’s any more', { code: 'ADMINISTRATOR_ONLY' }, rescue, [aUser({ role: 'SECONDARY' })], SECOND, {}],
  ])('is refused of %s: %j', async (_, expected, held, things, by, overrides) => {
    proposed(held, ...things);
    expect(await refused(() => confirm(by, overrides))).toEqual(expected);
    expect(change()?.authorization?.decidedBy).toBeUndefined();
  });

  it('is refused of a block, and where the token is not there', async () => {
    begin(aChange({ tokenId: ADMIN.tokenId }));
    expect(await refused(() => confirm())).toEqual({ code: 'NOT_FOUND' });
    begin({ ...rescue, tokenId: 'gone' });
    const owner = { userId: ADMIN.userId, companyId: 'DEMO', tokenId: 'gone', physicalTokenId: null, canSignIn: true };
    given(world, at(usernameOwners.at(ADMIN.username), owner));
    expect(await refused(() => confirm())).toEqual({ code: 'NOT_FOUND' });
  });

  it.each<[string, Given[], object]>([
    ['demotes the administrator', [aUser({ role: 'SECONDARY' })], { code: 'ADMINISTRATOR_ONLY' }],
    ['disables the administrator', [aUser({ enabled: false })], { code: 'USER_DISABLED' }],
    ['ends the rescue', [{ ...rescue, status: 'EXPIRED', version: 2 }], closedAs('EXPIRED')],
  ])('is judged again where somebody %s meanwhile', async (_, things, expected) => {
    proposed();
    meanwhile(world, () => given(world, ...things));
    expect(await refused(() => confirm())).toEqual(expected);
    expect(sent(world, 'SendTaskSuccess')).toEqual([]);
  });

  it('is written on the token as a block has left it meanwhile', async () => {
    proposed();
    meanwhile(world, () => given(world, withPending(own({ ...BLOCKED, version: 4 }), rescue)));
    expect((await done(() => confirm())).answer?.status).toBe('AUTHORIZED');
    expect(token()?.version).toBe(5);
  });

  it('is not written once its time is over', async () => {
    const short = { ...rescue, authorization: { ...rescue.authorization, expiresAt: later(0.001).toISOString() } };
    proposed(short);
    const slow = Object.assign(new Error('slow down'), { name: 'ThrottlingException' });
    world.refusals.push(({ operation }) => {
      if (operation !== 'TransactWrite' || world.clock.now() > NOW) return undefined;
      world.clock.advance(1);
      return slow;
    });
    expect(await refused(() => confirm())).toEqual(closedAs('EXPIRED'));
  });

  it('waits where the token names another change all along', async () => {
    proposed(rescue, withPending(own(), { ...rescue, changeId: 'other' }));
    expect(await refused(() => confirm())).toEqual({ code: 'UNAVAILABLE', retryAfter: 1 });
    expect(sent(world, 'TransactWrite')).toEqual([]);
  });
});
