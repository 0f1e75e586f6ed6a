import { TransactionCanceledException } from '@aws-sdk/client-dynamodb';
import type { Change, HeldChange } from '../../../shared/domain/change.ts';
import { changes, recordEvents, tokens } from '../../../shared/repositories/items.ts';
import { requestChange } from '../../../shared/use-cases/request-change.ts';
import { settleChange, settleChanges, settleToken, settleTokens } from '../../../shared/use-cases/settle-change.ts';
import { aHeldChange, aToken, aUser, later, NOW, withPending } from '../../fixtures.ts';
import { given, stored } from '../../world/given.ts';
import { type MemoryWorld, memoryWorld, refuse, sent } from '../../world/world.ts';

const ago = (seconds: number) => later(-seconds).toISOString();
const overdue = (changeId = 'change-1') =>
  aHeldChange({ changeId, tokenId: `token-${changeId}`, createdAt: ago(601) }, { expiresAt: ago(1) });
const tokenWith = (change: HeldChange) => withPending(aToken({ tokenId: change.tokenId }), change);

let world: MemoryWorld;

beforeEach(() => {
  world = memoryWorld({ now: NOW });
});

/** These changes, with the tokens that name them. */
function store(...held: HeldChange[]): void {
  given(world, ...held, ...held.map(tokenWith));
}

/** The transaction is refused, for somebody else has written this meanwhile. */
function loseTo(change: Change): void {
  const lost = new TransactionCanceledException({
    message: 'lost',
    $metadata: {},
    CancellationReasons: [{ Code: 'ConditionalCheckFailed' }],
  });
  refuse(world, 'TransactWrite', lost, {
    times: 1,
    which: () => {
      given(world, change, aToken({ tokenId: change.tokenId }));
      return true;
    },
  });
}

const writes = () => sent(world, 'TransactWrite').length;

describe('a change past its time', () => {
  it('is shown as expired only once that is written', async () => {
    const change = overdue();
    store(change);
    const settled = await settleChange(world, change, NOW);
    expect(settled).toMatchObject({ status: 'EXPIRED', version: 2, outcome: { cause: 'EXPIRED', by: null } });
    expect(stored(world, changes.at('DEMO', change.changeId))).toEqual(settled);
    expect(stored(world, tokens.at('DEMO', change.tokenId))).toMatchObject({ pendingChange: null });
    expect(stored(world, recordEvents.at('DEMO', change.tokenId, 1))).toMatchObject({ type: 'CHANGE_EXPIRED' });
    expect(writes()).toBe(1);
  });

  it('is shown as what beat it where the writing loses', async () => {
    const change = overdue();
    store(change);
    loseTo({ ...change, status: 'AUTHORIZED', version: 2 });
    expect((await settleChange(world, change, NOW)).status).toBe('AUTHORIZED');
  });

  it('is not shown at all where it cannot be written', async () => {
    const change = overdue();
    store(change);
    refuse(world, 'TransactWrite', new Error('unreachable'));
    await expect(settleChange(world, change, NOW)).rejects.toMatchObject({ code: 'UNAVAILABLE', retryAfter: 1 });
    await expect(settleToken(world, tokenWith(change), NOW)).rejects.toMatchObject({ code: 'UNAVAILABLE' });
  });

  it('is left out of its token only once that is written', async () => {
    const change = overdue();
    store(change);
    const settled = await settleToken(world, tokenWith(change), NOW);
    expect([settled.pendingChange, settled.version]).toEqual([null, tokenWith(change).version + 1]);
  });

  it('is not shown where it is read as held again after all', async () => {
    const change = overdue();
    store({ ...change, status: 'REJECTED' });
    let reads = 0;
    world.refusals.push(({ operation }) => {
      if (operation === 'BatchGet' && ++reads === 2) given(world, change);
      return undefined;
    });
    await expect(settleChange(world, change, NOW)).rejects.toMatchObject({ code: 'UNAVAILABLE', retryAfter: 1 });
  });

  it('is left out of a page of tokens alike', async () => {
    const held = ['a', 'b'].map((changeId) => overdue(changeId));
    store(...held);
    const settled = await settleTokens(world, held.map(tokenWith), NOW);
    expect(settled.map(({ tokenId, pendingChange }) => [tokenId, pendingChange])).toEqual([
      ['token-a', null],
      ['token-b', null],
    ]);
  });

  it('costs a page one transaction each, and the others nothing', async () => {
    const held = ['a', 'b', 'c'].map((changeId) => overdue(changeId));
    store(...held);
    const open = aHeldChange({ changeId: 'open', createdAt: ago(1) }, { expiresAt: ago(-600) });
    const settled = await settleChanges(
      world,
      [...held, open].map((change) => ({ change })),
      NOW,
    );
    expect(settled.map(({ change }) => [change.changeId, change.status])).toEqual([
      ['a', 'EXPIRED'],
      ['b', 'EXPIRED'],
      ['c', 'EXPIRED'],
      ['open', 'PENDING_AUTHORIZATION'],
    ]);
    expect(writes()).toBe(3);
  });
});

describe('any other change', () => {
  it.each<[string, Change['status'], string]>([
    ['held', 'PENDING_AUTHORIZATION', ago(-600)],
    ['authorized, however long ago', 'AUTHORIZED', ago(600)],
  ])('that is %s is shown as it was read, by itself and on its token, with no call', async (_, status, expiresAt) => {
    const change = aHeldChange({ status }, { expiresAt });
    const token = tokenWith(change);
    expect(await settleChange(world, change, NOW)).toBe(change);
    expect(await settleToken(world, token, NOW)).toBe(token);
    expect(world.calls).toEqual([]);
  });
});

describe('a refusal for what a token offers without its change past its time', () => {
  const request = {
    caller: aUser(),
    tokenId: 'token-holder',
    action: 'BLOCK',
    reason: 'PHONE_LOST',
    note: null,
    idempotencyKey: 'key-1',
    requestId: 'request-9',
  } as const;
  const company = { companyId: 'DEMO', name: 'Demo', authorizationPolicy: 'REQUESTER' } as const;
  const unblock = (expiresAt: string) =>
    aHeldChange({ action: 'UNBLOCK', reason: 'FALSE_ALARM', createdAt: ago(601) }, { expiresAt });
  const blocked = (change: HeldChange) =>
    withPending(aToken({ status: 'BLOCKED', statusBeforeBlock: 'ACTIVE' }), change);

  it('is given only once that change is expired, so that nothing can unblock the token after it', async () => {
    const change = unblock(ago(1));
    given(world, aUser(), company, change, blocked(change));
    await expect(requestChange(world, request)).rejects.toMatchObject({ code: 'ACTION_NOT_AVAILABLE' });
    expect(stored(world, changes.at('DEMO', change.changeId))).toMatchObject({ status: 'EXPIRED' });
    expect(stored(world, tokens.at('DEMO', 'token-holder'))).toMatchObject({ status: 'BLOCKED', pendingChange: null });
  });

  it('is not given where an approval was faster: the block supersedes what it approved', async () => {
    const change = unblock(ago(1));
    given(world, aUser(), company, change, blocked(change));
    const lost = new TransactionCanceledException({
      message: 'lost',
      $metadata: {},
      CancellationReasons: [{ Code: 'ConditionalCheckFailed' }],
    });
    const authorized = { ...change, status: 'AUTHORIZED', version: 2 } as const;
    refuse(world, 'TransactWrite', lost, {
      times: 1,
      which: () => {
        given(world, authorized, { ...withPending(blocked(change), authorized), version: 5 });
        return true;
      },
    });
    expect((await requestChange(world, request)).change.status).toBe('APPLIED');
    expect(stored(world, changes.at('DEMO', change.changeId))).toMatchObject({ status: 'SUPERSEDED' });
  });

  it('is given at once where no change stood behind it', async () => {
    given(world, aUser(), company, aToken({ status: 'BLOCKED', statusBeforeBlock: 'ACTIVE' }));
    await expect(requestChange(world, request)).rejects.toMatchObject({ code: 'ACTION_NOT_AVAILABLE' });
    expect(sent(world, 'TransactWrite')).toEqual([]);
  });
});
