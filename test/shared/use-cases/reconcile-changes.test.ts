import { ConditionalCheckFailedException } from '@aws-sdk/client-dynamodb';
import { ExecutionAlreadyExists } from '@aws-sdk/client-sfn';
import type { HeldChange } from '../../../shared/domain/change.ts';
import { changes, type Hold, holds, seeds } from '../../../shared/repositories/items.ts';
import { reconcileChanges } from '../../../shared/use-cases/reconcile-changes.ts';
import { emittedBy } from '../../emitted.ts';
import { aDevice, aHeldChange, aToken, later, NOW, withPending } from '../../fixtures.ts';
import { at, given, stored } from '../../world/given.ts';
import { type MemoryWorld, meanwhile, memoryWorld, refuse, sent } from '../../world/world.ts';

let world: MemoryWorld;

beforeEach(() => {
  world = memoryWorld();
});

const ago = (seconds: number) => later(-seconds).toISOString();

interface Found {
  readonly change: HeldChange;
  /** Without it no hold was ever started. */
  readonly hold?: Hold;
  /** Of the change's current execution. */
  readonly execution?: 'NONE' | 'RUNNING' | 'FAILED';
  /** Keeps every transaction from being written. */
  readonly fault?: Error;
  /** When the run must end, in seconds from now. */
  readonly endsIn?: number;
  /** Something the workflow does once the reconciler has read the change for the first time. */
  readonly meanwhile?: () => void;
}

/** Runs the reconciler over one change that is due. */
async function reconcile({
  change,
  hold,
  execution = 'RUNNING',
  fault,
  endsIn = 10,
  meanwhile,
}: Found): Promise<[string, number][]> {
  const endpointArn = await world.push.createEndpoint('ANDROID', 'push-token');
  given(
    world,
    { ...change, dueAt: change.dueAt ?? NOW.toISOString() },
    withPending(aToken({ tokenId: change.tokenId }), change),
    aDevice({ deviceId: 'phone-9', userId: 'user-admin', endpointArn }),
    aDevice({ deviceId: 'phone-1', userId: 'user-holder' }),
    at(seeds.at('token-holder'), { deviceId: 'phone-1', sealed: 'c2VhbGVk' }),
    ...(hold ? [at(holds.at(change.changeId), hold)] : []),
  );
  if (execution !== 'NONE') await world.workflow.start(change, hold?.attempt ? { attempt: hold.attempt } : {});
  for (const one of world.services.workflow.executions.values()) {
    if (execution === 'FAILED') world.services.workflow.end(one, 'FAILED');
  }
  world.calls.length = 0;
  if (fault) refuse(world, 'TransactWrite', fault);
  if (meanwhile) onSecondRead(meanwhile);
  return emittedBy(async () => {
    const result = await reconcileChanges(world, NOW.getTime() + endsIn * 1000);
    expect(result).toEqual({ seen: 1, failed: fault ? 1 : 0 });
  });
}

/** Does this just before the change is read for the second time. */
function onSecondRead(meanwhile: () => void): void {
  let reads = 0;
  world.refusals.push(({ operation }) => {
    if (operation !== 'BatchGet') return undefined;
    reads += 1;
    if (reads === 2) meanwhile();
    return undefined;
  });
}

const pending: Hold = { taskToken: 'task', notification: 'PENDING' };
const prompted: Hold = { taskToken: 'task', notification: 'SENT', prompts: 1 };
const failed: Hold = { taskToken: 'task', notification: 'FAILED', passing: true, prompts: 2 };

const unstarted = (seconds: number, policy: HeldChange['authorization']['policy'] = 'REQUESTER') =>
  aHeldChange(
    { createdAt: ago(seconds) },
    { policy, expiresAt: ago(seconds - 600), ...(policy === 'BANK' ? { asked: [] } : {}) },
  );
const expired = (seconds: number) => aHeldChange({ createdAt: ago(600 + seconds) }, { expiresAt: ago(seconds) });
const authorized = (seconds: number) =>
  aHeldChange(
    { status: 'AUTHORIZED' },
    { decidedBy: { userId: 'user-admin', fullName: 'Demo Administradora' }, decidedAt: ago(seconds) },
  );
const rejected = (seconds: number) => aHeldChange({ status: 'REJECTED', updatedAt: ago(seconds) });

const said = { message: 'said', $metadata: {} };
const WORKFLOW = ['StartExecution', 'DescribeExecution', 'StopExecution', 'SendTaskSuccess'];
const repairs = (emitted: readonly [string, number][]) =>
  emitted.flatMap(([metric]) => (metric.startsWith('ReconcilerRepairs ') ? [metric.split(' ')[1]] : []));
const started = () => sent(world, 'StartExecution').map((input) => 'name' in input && input.name);
const pushed = () => world.services.push.published.length;
/** When the change is due next, in seconds from now. */
const dueIn = (change: HeldChange) => {
  const due = stored(world, changes.at(change.companyId, change.changeId))?.dueAt;
  return due && (Date.parse(due) - NOW.getTime()) / 1000;
};

it.each([
  { what: 'a change past its time', found: { change: expired(30), hold: prompted }, kind: 'EXPIRED' },
  { what: 'an execution of a closed change', found: { change: rejected(30) }, kind: 'ENDED' },
])('counts $what as repaired where the workflow had time for it', async ({ found, kind }) => {
  expect(await reconcile(found)).toContainEqual([`ReconcilerRepairs ${kind}`, 1]);
});

it.each([
  {
    what: 'a change that is just being started',
    found: { change: unstarted(3), meanwhile: () => given(world, at(holds.at('change-1'), prompted)) },
  },
  { what: 'a change that ran out of time just now', found: { change: expired(3), hold: prompted } },
  { what: 'an execution that is just ending', found: { change: rejected(3) } },
])('mends $what all the same, and counts no repair', async ({ found }) => {
  const emitted = await reconcile(found);
  expect(repairs(emitted)).toEqual([]);
  expect(['TransactWrite', ...WORKFLOW].flatMap((operation) => sent(world, operation)).length).toBeGreaterThan(0);
});

describe('an open change', () => {
  it.each([
    { what: 'was never started', found: { change: unstarted(30) }, missed: 1 },
    { what: 'was started and not pushed', found: { change: unstarted(30), hold: pending }, missed: 1 },
    { what: 'was pushed', found: { change: unstarted(30), hold: prompted }, missed: 0 },
    { what: 'is decided by the bank’s persons', found: { change: unstarted(30, 'BANK') }, missed: 0 },
  ])('is pushed $missed times, each a missed objective, where it $what', async ({ found, missed }) => {
    const emitted = await reconcile(found);
    expect(pushed()).toBe(missed);
    expect(repairs(emitted)).toEqual(Array(missed).fill('PROMPTED'));
    expect(emitted.filter(([metric]) => metric.startsWith('PushObjective'))).toEqual(
      Array(missed).fill(['PushObjective MISSED', 1]),
    );
  });

  it('that was never started is started under its own name, which is a repair, and seen to again soon', async () => {
    const change = unstarted(30);
    expect(repairs(await reconcile({ change, execution: 'NONE' }))).toEqual(
      expect.arrayContaining(['STARTED', 'PROMPTED']),
    );
    expect([started(), dueIn(change)]).toEqual([['change-1'], 30]);
  });

  it('that somebody else starts at the same moment counts no start', async () => {
    refuse(world, 'StartExecution', new ExecutionAlreadyExists(said));
    expect(repairs(await reconcile({ change: unstarted(30), hold: prompted, execution: 'NONE' }))).toEqual([]);
  });

  it('whose execution has ended gets another, with a name of its own', async () => {
    expect(repairs(await reconcile({ change: unstarted(30), hold: prompted, execution: 'FAILED' }))).toEqual([
      'STARTED',
    ]);
    expect(started()).toEqual(['change-1-2']);
  });

  it('whose executions have ended three times gets no other, and is left alone until its time ends', async () => {
    const change = unstarted(30);
    const hold = { ...prompted, attempt: 3 };
    expect(repairs(await reconcile({ change, hold, execution: 'FAILED' }))).toEqual([]);
    expect([started(), dueIn(change)]).toEqual([[], 570]);
  });

  it('whose execution runs is not started again, and once prompted is left alone until its time ends', async () => {
    const change = unstarted(30);
    expect(repairs(await reconcile({ change, hold: prompted }))).toEqual([]);
    expect([started(), pushed(), dueIn(change)]).toEqual([[], 0, 570]);
  });

  it('is prompted also where the workflow engine refuses everything, and tried again by the next run', async () => {
    const refused = new Error('no answer');
    for (const operation of WORKFLOW) refuse(world, operation, refused);
    const emitted = await reconcile({ change: unstarted(30), execution: 'NONE', fault: refused });
    expect(pushed()).toBe(1);
    expect([repairs(emitted), emitted.at(-1)]).toEqual([['PROMPTED'], ['ReconcilerFailures', 1]]);
  });

  it.each([
    { what: 'failed in passing', hold: failed, again: 1 },
    { what: 'failed in passing three times', hold: { ...failed, prompts: 3 }, again: 0 },
    { what: 'failed for good', hold: { ...failed, passing: false }, again: 0 },
  ])('is prompted $again times more where its prompt $what', async ({ hold, again }) => {
    await reconcile({ change: unstarted(30), hold });
    expect(pushed()).toBe(again);
  });

  it('counts no repair where its prompt fails once more', async () => {
    refuse(world, 'Publish', Object.assign(new Error('busy'), { name: 'ThrottledException' }));
    expect(repairs(await reconcile({ change: unstarted(30), hold: pending }))).toEqual([]);
  });
});

describe('a hold that the workflow still has time to prompt', () => {
  /** As stored by the request: due two seconds after it. */
  const requested = (seconds: number) =>
    aHeldChange({ createdAt: ago(seconds), dueAt: ago(seconds - 2) }, { expiresAt: ago(seconds - 600) });
  /** Seconds from the request to the end of the run, where it pushed. */
  const pushedAfter = (change: HeldChange) =>
    world.services.push.published.map(() =>
      Math.floor((world.clock.now().getTime() - Date.parse(change.createdAt)) / 1000),
    );

  it.each([0, 1.9, 2, 4.9])(
    'and that is %s s old when a run begins is prompted by that run, 5 s after its request',
    async (age) => {
      const change = requested(age);
      expect(repairs(await reconcile({ change }))).toEqual(['PROMPTED']);
      expect(pushedAfter(change)).toEqual([5]);
    },
  );

  it.each([5.1, 60])('and that is already %s s old is prompted at once', async (age) => {
    const change = requested(age);
    expect(repairs(await reconcile({ change }))).toEqual(['PROMPTED']);
    expect(pushedAfter(change)).toEqual([Math.floor(age)]);
  });

  it.each([0, 4.9])('and does, %s s after the request, is neither prompted again nor counted', async (age) => {
    const change = requested(age);
    const meanwhile = () => given(world, at(holds.at(change.changeId), prompted));
    expect(repairs(await reconcile({ change, meanwhile }))).toEqual([]);
    expect(pushed()).toBe(0);
  });

  it('is prompted by the same run also where the workflow engine refused the first look', async () => {
    const change = requested(3);
    refuse(world, 'DescribeExecution', new Error('no answer'), { times: 1 });
    const emitted = await reconcile({ change });
    expect([repairs(emitted), pushedAfter(change)]).toEqual([['PROMPTED'], [5]]);
    expect(emitted).toContainEqual(['ReconcilerFailures', 1]);
  });

  it('keeps no run waiting once it is prompted', async () => {
    await reconcile({ change: requested(1), hold: prompted });
    expect(world.clock.now()).toEqual(NOW);
  });

  it('is left to the next run where this one has no time for it', async () => {
    await reconcile({ change: requested(1), endsIn: 3 });
    expect(pushed()).toBe(0);
  });
});

describe('what the workflow did just after the reconciler read the change', () => {
  it.each([
    { what: 'applied', change: authorized(30), kind: 'APPLIED' },
    { what: 'expired', change: expired(30), kind: 'EXPIRED' },
  ] as const)('is no repair of the reconciler where it $what the change; else it is one', async ({ change, kind }) => {
    const meanwhile = () => given(world, { ...change, status: kind, version: 2 });
    expect(repairs(await reconcile({ change, hold: prompted, meanwhile }))).toEqual([]);
    expect(sent(world, 'TransactWrite')).toEqual([]);
    world = memoryWorld();
    expect(repairs(await reconcile({ change, hold: prompted }))).toEqual([kind]);
    expect(sent(world, 'TransactWrite')).toHaveLength(1);
  });

  it('is no repair where it reached the approvers', async () => {
    refuse(world, 'Update', new ConditionalCheckFailedException({ message: 'said', $metadata: {} }), {
      which: (input) => JSON.stringify(input).includes('HOLD'),
    });
    expect(repairs(await reconcile({ change: unstarted(30), hold: pending }))).toEqual([]);
  });
});

it('tells the execution of a change that it expires, which may wait for longer', async () => {
  await reconcile({ change: expired(30), hold: prompted });
  expect(sent(world, 'SendTaskSuccess')).toEqual([{ taskToken: 'task', output: '{"outcome":"EXPIRED"}' }]);
});

it.each([
  { what: 'late', seconds: 30, missed: [['ApplyObjective MISSED', 1]] },
  { what: 'just authorized', seconds: 2, missed: [] },
])(
  'a change that cannot be applied and is $what misses its objective $missed.length times',
  async ({ seconds, missed }) => {
    const emitted = await reconcile({ change: authorized(seconds), fault: new Error('no answer') });
    expect(emitted).toEqual([['ChangesFailed RELEASE', 1], ...missed, ['ReconcilerFailures', 1]]);
  },
);

it('stops reading what is due, and sees to no more, once its time is over', async () => {
  given(world, { ...rejected(30), dueAt: NOW.toISOString() });
  const before = NOW.getTime() - 1;
  expect(await reconcileChanges(world, before)).toEqual({ seen: 0, failed: 0 });
  expect(sent(world, 'BatchGet')).toEqual([]);
});

it('does nothing to a change that was never held', async () => {
  const change = { ...rejected(30), dueAt: NOW.toISOString() };
  given(world, change);
  meanwhile(world, 'BatchGet', () => {
    given(world, { ...change, authorization: null });
  });
  expect(await reconcileChanges(world, NOW.getTime() + 10_000)).toEqual({ seen: 1, failed: 0 });
  expect(sent(world, 'DescribeExecution')).toEqual([]);
});
