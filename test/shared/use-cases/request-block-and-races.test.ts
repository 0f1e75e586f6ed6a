import { isHeld } from '../../../shared/domain/change.ts';
import { suspensionFor } from '../../../shared/domain/suspension.ts';
import type { Token } from '../../../shared/domain/token.ts';
import { activations, approvers, changes, holds, seeds, tokens } from '../../../shared/repositories/items.ts';
import { applyChange } from '../../../shared/use-cases/apply-change.ts';
import { type ChangeRequest, requestChange } from '../../../shared/use-cases/request-change.ts';
import { aHeldChange, aUser, later, NOW, withPending } from '../../fixtures.ts';
import { at, type Given, given, stored } from '../../world/given.ts';
import { type MemoryWorld, memoryWorld, sent } from '../../world/world.ts';
import { metWorld, pending, REQUEST } from './request-scene.ts';
import {
  ADMIN,
  approverFor,
  called,
  done,
  everybody,
  HELD_TOKEN,
  HOLDER,
  meanwhile,
  record,
  refused,
  tokenFor,
  told,
  waiting,
} from './scene.ts';

const BLOCK: ChangeRequest = { ...REQUEST, action: 'BLOCK', reason: 'SUSPECTED_FRAUD' };
const LOST_TO_OTHERS = { code: 'UNAVAILABLE', retryAfter: 1 };

let world: MemoryWorld;

beforeEach(() => {
  world = metWorld(...everybody());
});

const request = (wanted: ChangeRequest) => requestChange(world, wanted);
const token = () => stored(world, tokens.at('DEMO', HELD_TOKEN));
const earlier = () => stored(world, changes.at('DEMO', 'earlier'));
const suspension = suspensionFor(pending, HOLDER, NOW);
const rescue = aHeldChange(
  { changeId: 'earlier', createdAt: later(-60).toISOString() },
  { policy: 'BANK', asked: [], rescue: { proposedBy: { userId: 'staff', fullName: 'staff', arn: 'arn' } } },
);

/** This change waits, and so does its workflow. */
async function waits(change: typeof pending, token: Partial<Token> = {}): Promise<void> {
  await world.workflow.start(change);
  const taskToken = world.services.workflow.openTask(change.changeId);
  given(
    world,
    change,
    withPending(tokenFor(HOLDER, token), change),
    at(holds.at('earlier'), { taskToken, notification: 'SENT' }),
  );
  world.calls.length = 0;
}

const answered = () => world.services.workflow.executions.get('earlier')?.output;

describe('a block', () => {
  it('takes effect at once, takes the holder’s codes and their place among approvers, and starts no workflow', async () => {
    given(
      world,
      approverFor(HOLDER),
      at(activations.at('user-holder'), {
        userId: 'user-holder',
        codeHash: 'h',
        expiresAt: later(60).toISOString(),
        wrongTries: 0,
        wrongHashes: [],
      }),
    );
    const { answer, emitted } = await done(() => request(BLOCK));
    expect(answer).toMatchObject({
      change: {
        status: 'APPLIED',
        action: 'BLOCK',
        authorization: null,
        outcome: { cause: 'IMMEDIATE', by: { userId: 'user-admin', fullName: 'Demo Administradora' } },
        version: 1,
      },
      hold: undefined,
      notices: undefined,
      replayed: false,
      suspended: false,
      shownAt: NOW,
    });
    expect(stored(world, changes.at('DEMO', answer?.change.changeId ?? ''))).toEqual(answer?.change);
    expect(token()).toMatchObject({
      status: 'BLOCKED',
      statusBeforeBlock: 'ACTIVE',
      pendingChange: null,
      holdStarts: [],
      version: 4,
    });
    expect(record(world)).toMatchObject([
      { type: 'CHANGE_APPLIED', actor: { userId: 'user-admin' }, details: { from: 'ACTIVE', to: 'BLOCKED' } },
    ]);
    expect(stored(world, activations.at('user-holder'))).toBeUndefined();
    expect(stored(world, approvers.at('DEMO', 'user-holder'))).toBeUndefined();
    expect(stored(world, approvers.at('DEMO', 'user-admin'))).toBeDefined();
    expect(called(world)).toEqual(['BatchGet', 'TransactWrite', 'Update']);
    expect(emitted).toEqual([
      ['ChangesRequested BLOCK', 1],
      ['ChangesApplied BLOCK', 1],
    ]);
  });

  it('asks nobody: neither a suspension, nor a company without phones, nor a full window keeps it away', async () => {
    world = memoryWorld();
    world.ahead.noteCompany(ADMIN);
    const holdStarts = [1, 2, 3].map((seconds) => later(-seconds).getTime());
    given(world, ...everybody('REQUESTER', []), suspension, tokenFor(HOLDER, { holdStarts }));
    expect((await done(() => request(BLOCK))).answer?.change.status).toBe('APPLIED');
  });

  it('of a token that is blocked already is refused', async () => {
    given(world, tokenFor(HOLDER, { status: 'BLOCKED', statusBeforeBlock: 'ACTIVE' }));
    expect(await refused(() => request(BLOCK))).toEqual({ code: 'ACTION_NOT_AVAILABLE' });
  });

  it('supersedes the change that waits, and tells its workflow', async () => {
    await waits(pending, { status: 'BLOCKED', statusBeforeBlock: 'RELEASED' });
    const { emitted } = await done(() => request(BLOCK));
    expect(earlier()).toMatchObject({
      status: 'SUPERSEDED',
      outcome: { cause: 'SUPERSEDED', by: { userId: 'user-admin' } },
      version: 2,
    });
    expect(earlier()?.authorization?.bindingCode).toBeUndefined();
    expect(token()).toMatchObject({ status: 'BLOCKED', statusBeforeBlock: 'RELEASED', pendingChange: null });
    expect(told(world)).toEqual([
      ['CHANGE_SUPERSEDED', 'user-admin'],
      ['CHANGE_APPLIED', 'user-admin'],
    ]);
    expect([waiting(world), answered()]).toEqual([[], '{"outcome":"SUPERSEDED"}']);
    expect(called(world)).toEqual(['BatchGet', 'BatchGet', 'TransactWrite', 'SendTaskSuccess', 'Update']);
    expect(emitted).toEqual([
      ['ChangesRequested BLOCK', 1],
      ['ChangesApplied BLOCK', 1],
      ['ChangesSuperseded RELEASE', 1],
    ]);
  });

  it('supersedes an authorized change that is not applied yet, however late', async () => {
    await waits({
      ...pending,
      status: 'AUTHORIZED',
      authorization: { ...pending.authorization, expiresAt: later(-1).toISOString() },
    });
    await done(() => request(BLOCK));
    expect(earlier()?.status).toBe('SUPERSEDED');
  });

  it('expires the change that is past its time, and no person is said to have done so', async () => {
    await waits({ ...pending, authorization: { ...pending.authorization, expiresAt: NOW.toISOString() } });
    const { emitted } = await done(() => request(BLOCK));
    expect(earlier()).toMatchObject({ status: 'EXPIRED', outcome: { cause: 'EXPIRED', by: null } });
    expect(told(world)).toEqual([
      ['CHANGE_EXPIRED', 'SYSTEM'],
      ['CHANGE_APPLIED', 'user-admin'],
    ]);
    expect(emitted).toContainEqual(['ChangesExpired RELEASE', 1]);
    expect(answered()).toBe('{"outcome":"EXPIRED"}');
  });

  it('leaves a rescue as it is, which is the bank’s to end', async () => {
    await waits(rescue);
    const { emitted } = await done(() => request(BLOCK));
    expect(earlier()).toMatchObject({ status: 'PENDING_AUTHORIZATION', version: 1 });
    expect(token()).toMatchObject({ status: 'BLOCKED', pendingChange: { changeId: 'earlier' } });
    expect(called(world)).toEqual(['BatchGet', 'BatchGet', 'TransactWrite', 'Update']);
    expect(emitted.map(([name]) => name)).toEqual(['ChangesRequested BLOCK', 'ChangesApplied BLOCK']);
  });

  it.each([
    ['released', 'RELEASED', REQUEST],
    ['unblocked', 'ACTIVE', { ...REQUEST, action: 'UNBLOCK', reason: 'FALSE_ALARM' }],
  ] as const)('does not keep a confirmed rescue from being applied: the blocked token is %s', async (_, to, asked) => {
    const authorization = { ...rescue.authorization, decidedBy: ADMIN, decidedAt: NOW.toISOString() };
    const confirmed = { ...rescue, action: asked.action, status: 'AUTHORIZED', authorization } as const;
    const before = to === 'ACTIVE' ? ({ status: 'BLOCKED', statusBeforeBlock: 'ACTIVE' } as const) : {};
    await waits(confirmed, before);
    await done(() => request(BLOCK));
    expect(token()).toMatchObject({ status: 'BLOCKED', statusBeforeBlock: 'ACTIVE' });
    // Whatever else the web asks for meanwhile waits for the end of the rescue.
    expect(await refused(() => request({ ...asked, idempotencyKey: 'key-2' }))).toEqual({
      code: 'CHANGE_ALREADY_PENDING',
    });
    given(world, at(seeds.at(HELD_TOKEN), { deviceId: 'phone-1', sealed: 'c2VlZA==' }));
    await done(() => applyChange(world, confirmed));
    expect(token()).toMatchObject({ status: to, pendingChange: null });
    expect(earlier()?.status).toBe('APPLIED');
  });

  it('blocks though the token names a change that is not there any more', async () => {
    given(world, withPending(tokenFor(HOLDER), pending));
    await done(() => request(BLOCK));
    expect(token()).toMatchObject({ status: 'BLOCKED', pendingChange: null });
  });
});

describe('a request that somebody is faster than', () => {
  const other = { ...pending, changeId: 'theirs' };
  const nextVersion = (members: Partial<Token>) => tokenFor(HOLDER, { version: 4, ...members });

  it.each<[string, ChangeRequest, Given[], object]>([
    ['release', REQUEST, [other, withPending(nextVersion({}), other)], { code: 'CHANGE_ALREADY_PENDING' }],
    ['release', REQUEST, [nextVersion({ status: 'RELEASED' })], { code: 'ACTION_NOT_AVAILABLE' }],
    ['release', REQUEST, [suspension], { code: 'REQUESTER_SUSPENDED' }],
    ['release', REQUEST, [{ ...suspension, onlyToken: HELD_TOKEN }], { code: 'REQUESTER_SUSPENDED' }],
    ['release', REQUEST, [aUser({ enabled: false })], { code: 'USER_DISABLED' }],
    ['release', REQUEST, [aUser({ role: 'SECONDARY' })], { code: 'ADMINISTRATOR_ONLY' }],
    [
      'block',
      BLOCK,
      [nextVersion({ status: 'BLOCKED', statusBeforeBlock: 'ACTIVE' })],
      { code: 'ACTION_NOT_AVAILABLE' },
    ],
    ['block', BLOCK, [aUser({ enabled: false })], { code: 'USER_DISABLED' }],
    ['block', BLOCK, [aUser({ role: 'SECONDARY' })], { code: 'ADMINISTRATOR_ONLY' }],
  ])('is decided again on what it then finds: a %s', async (_, wanted, things, expected) => {
    meanwhile(world, () => given(world, ...things));
    expect(await refused(() => request(wanted))).toEqual(expected);
    expect([record(world), sent(world, 'TransactWrite').length, sent(world, 'StartExecution')]).toEqual([[], 1, []]);
  });

  it('is made on the token as it then is', async () => {
    meanwhile(world, () => given(world, nextVersion({ holdStarts: [NOW.getTime() - 1] })));
    const { answer } = await done(() => request(REQUEST));
    expect(answer?.replayed).toBe(false);
    expect(token()).toMatchObject({ version: 5, holdStarts: [NOW.getTime() - 1, expect.any(Number)] });
    expect(record(world)).toHaveLength(1);
  });

  it('is the same change where that was the same request', async () => {
    const { answer: first } = await done(() => request(REQUEST));
    const change = first?.change;
    if (!change || !isHeld(change)) throw new Error('Nothing is held');
    world = memoryWorld();
    world.ahead.noteCompany(ADMIN);
    given(world, ...everybody());
    meanwhile(world, () => given(world, change, withPending(nextVersion({}), change)));
    const { answer } = await done(() => request(REQUEST));
    expect(answer).toMatchObject({ change, replayed: true });
    expect(sent(world, 'StartExecution')).toEqual([]);
  });

  it('leaves to the change that it would have superseded what was decided meanwhile', async () => {
    await waits(pending);
    meanwhile(world, () =>
      given(world, { ...pending, status: 'APPLIED', version: 3 }, nextVersion({ status: 'RELEASED', version: 5 })),
    );
    await done(() => request(BLOCK));
    expect(earlier()).toMatchObject({ status: 'APPLIED', version: 3 });
    expect(token()).toMatchObject({ status: 'BLOCKED', statusBeforeBlock: 'RELEASED' });
  });

  it.each([
    ['release', REQUEST],
    ['block', BLOCK],
  ])('is refused for now where that goes on: a %s', async (_, wanted) => {
    let version = 4;
    meanwhile(world, () => given(world, nextVersion({ version: version++ })), { times: 100 });
    expect(await refused(() => request(wanted))).toEqual(LOST_TO_OTHERS);
    expect([record(world), sent(world, 'TransactWrite').length]).toEqual([[], 8]);
  });
});
