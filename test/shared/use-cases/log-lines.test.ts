import type { Answer } from '../../../phone/protocol/index.ts';
import type { HeldChange } from '../../../shared/domain/change.ts';
import type { TokenEvent } from '../../../shared/domain/event.ts';
import { holds, signIns } from '../../../shared/repositories/items.ts';
import { applyChange } from '../../../shared/use-cases/apply-change.ts';
import { cancelChange } from '../../../shared/use-cases/cancel-change.ts';
import { expireChange } from '../../../shared/use-cases/expire-change.ts';
import { noteSignIn } from '../../../shared/use-cases/note-sign-in.ts';
import { notifyApprovers } from '../../../shared/use-cases/notify-approvers.ts';
import { promptApprovers } from '../../../shared/use-cases/prompt-approvers.ts';
import { reconcileChanges } from '../../../shared/use-cases/reconcile-changes.ts';
import { requestChange } from '../../../shared/use-cases/request-change.ts';
import { sendCompanyNotices } from '../../../shared/use-cases/send-company-notices.ts';
import { sendNotices } from '../../../shared/use-cases/send-notices.ts';
import { settleChange } from '../../../shared/use-cases/settle-change.ts';
import { ALL_WRONG_CODES_BUT_ONE, aHeldChange, aUser, later, NOW, withPending } from '../../fixtures.ts';
import { type LogLine, loggedBy } from '../../logged.ts';
import { at, type Given, given } from '../../world/given.ts';
import { type MemoryWorld, memoryWorld, refuse } from '../../world/world.ts';
import { APPROVE, decideBy, mine, NOT_ME, REJECT, theirs, WRONG, waitingWorld } from './decision-scene.ts';
import {
  ADMIN,
  createSigners,
  done,
  everybody,
  HELD_TOKEN,
  HOLDER,
  OTHER,
  phoneFor,
  phoneName,
  type Signers,
  tokenFor,
} from './scene.ts';

// Operations search for these: each line says what happened, and to which change, by ids alone.

const IDS = { changeId: 'change-1', companyId: 'DEMO', tokenId: HELD_TOKEN };
const ABOUT = { ...IDS, action: 'RELEASE' };

let signers: Signers;
let world: MemoryWorld;

beforeAll(async () => {
  signers = await createSigners();
});

/** Begins in a world in which this change waits, and its workflow has a task. */
function begin(change: HeldChange, ...things: Given[]): void {
  const waits = at(holds.at('change-1'), { taskToken: 'task', notification: 'SENT' });
  world = waitingWorld(signers, change, waits, ...things);
}

/** The lines that some work logs, refused or not. */
const lines = (work: () => Promise<unknown>): Promise<LogLine[]> =>
  loggedBy(() => done(() => work().catch(() => null)));

const decided = { decidedBy: { userId: 'user-other', fullName: 'Demo Otra' }, decidedAt: later(-3).toISOString() };
const overdue = aHeldChange({}, { expiresAt: NOW.toISOString() });

const decide = (change: HeldChange, answer: Answer, by = ADMIN) => decideBy(world, signers, change, answer, by);

describe('a decision logs', () => {
  it.each<[string, HeldChange, Answer, typeof ADMIN, LogLine[]]>([
    [
      'that it was recorded',
      mine,
      APPROVE,
      ADMIN,
      [['decision recorded', { ...ABOUT, deviceId: phoneName(ADMIN), status: 'AUTHORIZED' }]],
    ],
    [
      'that it was a rejection',
      theirs,
      REJECT,
      OTHER,
      [['decision recorded', { ...ABOUT, deviceId: phoneName(OTHER), status: 'REJECTED' }]],
    ],
    ['nothing of a wrong code', mine, WRONG, ADMIN, []],
    [
      'that the last wrong code closed the change',
      aHeldChange({}, { wrongCodes: ALL_WRONG_CODES_BUT_ONE }),
      WRONG,
      ADMIN,
      [['change rejected after wrong codes', ABOUT]],
    ],
    ['that the change was expired', overdue, APPROVE, ADMIN, [['change expired', ABOUT]]],
  ])('%s', async (_, held, answer, by, expected) => {
    begin(held);
    expect(await lines(() => decide(held, answer, by))).toEqual(expected);
  });

  it('that the change was closed for its requester', async () => {
    begin(theirs, aUser({ enabled: false }));
    expect(await lines(() => decide(theirs, APPROVE, OTHER))).toEqual([
      ['change closed for its requester', { ...ABOUT, status: 'CANCELLED' }],
    ]);
  });

  it('which other changes a disowning closed with it, also where it comes after the rejection', async () => {
    const tokenId = ADMIN.tokenId;
    const own = { tokenId, holder: { userId: ADMIN.userId, fullName: ADMIN.fullName } };
    const second = aHeldChange({ changeId: 'second', ...own }, { policy: 'OTHER_ADMINISTRATOR' });
    begin(theirs, second, withPending(tokenFor(ADMIN), second));
    await lines(() => decide(theirs, REJECT, OTHER));
    expect(await lines(() => decide(theirs, NOT_ME, OTHER))).toEqual([
      ['change disowned after its rejection', { ...ABOUT, deviceId: phoneName(OTHER) }],
      ['change disowned with another of its requester', { ...ABOUT, changeId: 'second', tokenId }],
    ]);
  });

  it('that the other changes of a disowned requester could not be read', async () => {
    begin(theirs);
    refuse(world, 'Query', new Error('unreachable'));
    expect((await lines(() => decide(theirs, NOT_ME, OTHER))).at(-1)).toEqual([
      'other changes not disowned; the reconciler will',
      { changeId: 'change-1' },
    ]);
  });

  it('that its workflow could not be found', async () => {
    begin(mine, at(holds.at('change-1'), { notification: 'PENDING' }));
    let reads = 0;
    refuse(world, 'BatchGet', new Error('unreachable'), { which: () => ++reads > 1 });
    expect((await lines(() => decide(mine, APPROVE))).at(-1)).toEqual([
      'hold not found; the reconciler will see to it',
      { changeId: 'change-1' },
    ]);
  });
});

describe('a request logs', () => {
  const request = (action: 'RELEASE' | 'BLOCK') =>
    requestChange(world, {
      caller: ADMIN,
      tokenId: HELD_TOKEN,
      action,
      reason: 'PHONE_LOST',
      note: null,
      idempotencyKey: 'key-1',
      requestId: 'request-2',
    });
  const any = (action: string) => ({ ...ABOUT, action, changeId: expect.any(String) });

  it('that it was made, and that its hold could not be started', async () => {
    world = memoryWorld();
    given(world, ...everybody());
    refuse(world, 'StartExecution', new Error('unreachable'));
    expect(await lines(() => request('RELEASE'))).toEqual([
      ['change requested', any('RELEASE')],
      ['hold not started; the reconciler will', any('RELEASE')],
    ]);
  });

  it.each([
    ['SUPERSEDED', mine],
    ['EXPIRED', overdue],
  ] as const)('that a block was applied at once, and that it ended a change as %s', async (status, held) => {
    begin(held);
    expect(await lines(() => request('BLOCK'))).toEqual([
      ['change applied at once', any('BLOCK')],
      ['change ended by a block', { ...ABOUT, status }],
    ]);
  });

  it('that a person blocked many tokens, or the last approver’s', async () => {
    world = memoryWorld();
    const holders = Array.from({ length: 5 }, (_, each) => aUser({ userId: `u${each}`, tokenId: `t${each}` }));
    const [first = ADMIN, , , , fifth = ADMIN] = holders;
    given(world, ...everybody('REQUESTER', []), ...holders.map((holder) => tokenFor(holder, { device: null })));
    const block = (tokenId: string) => () =>
      requestChange(world, {
        caller: ADMIN,
        tokenId,
        action: 'BLOCK',
        reason: 'SUSPECTED_FRAUD',
        note: null,
        idempotencyKey: tokenId,
        requestId: 'request-2',
      });
    const about = (tokenId: string) => ({ companyId: 'DEMO', tokenId });
    expect((await lines(block(first.tokenId))).slice(1)).toEqual([['last approver blocked', about('t0')]]);
    for (const { tokenId } of holders.slice(1, 4)) await lines(block(tokenId));
    expect((await lines(block(fifth.tokenId))).slice(1)).toEqual(
      expect.arrayContaining([['many blocks by one person', { ...about('t4'), userId: ADMIN.userId }]]),
    );
    refuse(world, 'Update', new Error('unreachable'));
    expect((await lines(block(OTHER.tokenId))).slice(1)).toContainEqual(['block not watched', about(OTHER.tokenId)]);
  });
});

describe('the end of a change logs', () => {
  it('that it was applied, and after how long', async () => {
    begin(aHeldChange({ status: 'AUTHORIZED' }, decided));
    expect(await lines(() => applyChange(world, { ...IDS, requestId: 'run' }))).toEqual([
      ['change applied', { ...ABOUT, durationMs: expect.any(Number) }],
    ]);
  });

  it('that it was cancelled', async () => {
    begin(mine);
    const cancel = () => cancelChange(world, { caller: ADMIN, changeId: 'change-1', requestId: 'request-2' });
    expect(await lines(cancel)).toEqual([['change cancelled', ABOUT]]);
    expect(await lines(cancel)).toEqual([]);
  });

  it('that it was expired, or that this could not be written', async () => {
    begin(overdue);
    expect(await lines(() => expireChange(world, IDS))).toEqual([['change expired', ABOUT]]);
    begin(overdue);
    refuse(world, 'TransactWrite', new Error('unreachable'));
    expect(await lines(() => settleChange(world, overdue, NOW))).toEqual([
      ['expiry not written, so that nothing is said of it', { changeId: 'change-1' }],
    ]);
  });

  it('what the reconciler repaired, and what it could not', async () => {
    const late = aHeldChange(
      { status: 'AUTHORIZED', dueAt: NOW.toISOString() },
      { ...decided, decidedAt: later(-30).toISOString() },
    );
    begin(late);
    const reconcile = () => lines(() => reconcileChanges(world, NOW.getTime() + 10_000));
    expect(await reconcile()).toEqual([
      ['change applied', { ...ABOUT, durationMs: expect.any(Number) }],
      ['change repaired', { ...ABOUT, operation: 'APPLIED' }],
    ]);
    begin(late);
    refuse(world, 'TransactWrite', new Error('unreachable'));
    expect(await reconcile()).toEqual([
      ['change not reconciled; the next run will', { companyId: 'DEMO', changeId: 'change-1' }],
    ]);
  });
});

describe('a message logs', () => {
  const event: TokenEvent = {
    seq: 4,
    type: 'CHANGE_APPLIED',
    at: NOW.toISOString(),
    actor: { type: 'SYSTEM' },
    change: { changeId: 'change-1', action: 'RELEASE', reason: 'PHONE_CHANGED', note: null },
    details: {},
    previousHash: 'before',
    hash: 'after',
  };
  const { change: _none, ...enrolled } = { ...event, type: 'TOKEN_ENROLLED' } as const;
  const notice = (told: TokenEvent, deviceId?: string) => () =>
    sendNotices(world, { companyId: 'DEMO', tokenId: HELD_TOKEN, holderId: HOLDER.userId, deviceId, event: told });

  it('that a change is held, and how its prompt went, phone by phone', async () => {
    const asked = [{ userId: ADMIN.userId, deviceId: phoneName(ADMIN) }];
    const held = aHeldChange({}, { asked });
    begin(held, phoneFor(ADMIN));
    expect(await lines(() => promptApprovers(world, held))).toEqual([
      ['push not accepted', { changeId: 'change-1', deviceId: phoneName(ADMIN), code: 'NO_ENDPOINT' }],
      ['change held', { ...ABOUT, status: 'FAILED' }],
    ]);
    expect(await lines(() => notifyApprovers(world, { ...IDS, ...held.authorization, asked: [] }))).toEqual([]);
  });

  it('what became of a notice to the holder, and of each that was not delivered', async () => {
    begin(mine);
    expect(await lines(notice(event, phoneName(HOLDER)))).toEqual([
      ['notice not delivered', { changeId: 'change-1', operation: 'PUSH', code: 'NO_ENDPOINT' }],
      ['holder told', { ...ABOUT, operation: 'CHANGE_APPLIED', status: 'push FAILED, email SENT' }],
    ]);
    refuse(world, 'SendEmail', new Error('refused'));
    expect(await lines(notice(enrolled))).toEqual([
      ['notice not delivered', { operation: 'EMAIL', code: 'MAIL_REFUSED' }],
      [
        'holder told',
        {
          companyId: 'DEMO',
          tokenId: HELD_TOKEN,
          operation: 'TOKEN_ENROLLED',
          status: 'push NOT_NEEDED, email FAILED',
        },
      ],
    ]);
  });

  it('how many of a company were told', async () => {
    begin(mine);
    const changed: TokenEvent = { ...enrolled, type: 'POLICY_CHANGED', details: { from: 'HOLDER', to: 'REQUESTER' } };
    expect(await lines(() => sendCompanyNotices(world, { companyId: 'DEMO', event: changed }))).toEqual([
      ['company told', { companyId: 'DEMO', operation: 'POLICY_CHANGED', status: 'SENT', count: 2 }],
    ]);
  });
});

it('a sign-in that cannot be noted is logged, and says nothing of the person', async () => {
  begin(mine);
  refuse(world, 'Update', new Error('unreachable'));
  expect(await lines(() => noteSignIn(world, signIns.at(ADMIN.userId, 'WEB'), undefined, NOW))).toEqual([
    ['sign-in not noted', {}],
  ]);
});
