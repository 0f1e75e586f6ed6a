import {
  DescribeExecutionCommand,
  ExecutionAlreadyExists,
  ExecutionDoesNotExist,
  SendTaskSuccessCommand,
  SFNClient,
  StartExecutionCommand,
  StopExecutionCommand,
} from '@aws-sdk/client-sfn';
import { PublishCommand, SNSClient } from '@aws-sdk/client-sns';
import { DynamoDBDocumentClient, QueryCommand, TransactWriteCommand, UpdateCommand } from '@aws-sdk/lib-dynamodb';
import { mockClient } from 'aws-sdk-client-mock';
import type { HeldChange } from '../../../shared/domain/change.ts';
import { reconcileChanges } from '../../../shared/lifecycle/reconcile-changes.ts';
import type { Hold } from '../../../shared/repositories/items.ts';
import { changeKey, holdKey, openPartition, openShardOf, tokenKey } from '../../../shared/repositories/keys.ts';
import { emittedBy } from '../../emitted.ts';
import { storeItems } from '../../fake-table.ts';
import { aHeldChange, aToken, withPending } from '../../fixtures.ts';

const dynamodb = mockClient(DynamoDBDocumentClient);
const states = mockClient(SFNClient);
const sns = mockClient(SNSClient);

/** A phone as it is stored, whatever its key. */
const jwk = { kty: 'EC', crv: 'P-256', x: 'A'.repeat(43), y: 'A'.repeat(43) };
const phone = {
  deviceId: 'phone-1',
  userId: 'user-admin',
  companyId: 'DEMO',
  tokenId: 'token-admin',
  name: 'Celular Demo',
  platform: 'ANDROID',
  signingKey: jwk,
  encryptionKey: jwk,
  signingKeyThumbprint: 'signing',
  encryptionKeyThumbprint: 'encryption',
  activationCodeHash: 'hash',
  enrolledAt: '2026-01-05T15:00:00.000Z',
  endpointArn: 'endpoint',
};

const ago = (seconds: number) => new Date(Date.now() - seconds * 1000).toISOString();

interface Found {
  readonly change: HeldChange;
  /** Without it no hold was ever started. */
  readonly hold?: Hold;
  readonly fault?: Error;
}

/** Runs the reconciler over one change that is due. */
async function reconcile({ change, hold, fault }: Found): Promise<[string, number][]> {
  const key = changeKey(change.companyId, change.changeId);
  const token = aToken({ tokenId: change.tokenId });
  const items = [
    { ...change, ...key },
    { ...withPending(token, change), ...tokenKey(change.companyId, change.tokenId) },
    ...(hold ? [{ ...hold, ...holdKey(change.changeId) }] : []),
  ];
  dynamodb.on(QueryCommand).callsFake(({ ExpressionAttributeValues }) => ({
    Items: ExpressionAttributeValues[':shard'] === openPartition(openShardOf(change)) ? [key] : [],
  }));
  storeItems(dynamodb, items);
  if (fault) dynamodb.on(TransactWriteCommand).rejects(fault);
  return emittedBy(async () => {
    const result = await reconcileChanges(Date.now() + 10_000);
    expect(result).toEqual({ seen: 1, failed: fault ? 1 : 0 });
  });
}

const pending: Hold = { taskToken: 'task', notification: 'PENDING' };
const sent: Hold = { taskToken: 'task', notification: 'SENT', prompts: 1 };
const failed: Hold = { taskToken: 'task', notification: 'FAILED', passing: true, prompts: 2 };

const unstarted = (seconds: number, policy: HeldChange['authorization']['policy'] = 'REQUESTER') =>
  aHeldChange({ createdAt: ago(seconds) }, { policy, expiresAt: ago(seconds - 600) });
const expired = (seconds: number) => aHeldChange({ createdAt: ago(600 + seconds) }, { expiresAt: ago(seconds) });
const authorized = (seconds: number) =>
  aHeldChange(
    { status: 'AUTHORIZED' },
    { decidedBy: { userId: 'user-admin', fullName: 'Demo Administradora' }, decidedAt: ago(seconds) },
  );
const rejected = (seconds: number) => aHeldChange({ status: 'REJECTED', updatedAt: ago(seconds) });

beforeEach(() => {
  dynamodb.reset();
  states.reset();
  sns.reset();
  dynamodb.on(UpdateCommand).callsFake(({ Key }) => ({
    Attributes: Key.sk.startsWith('DEVICE#') ? { ...phone, ...Key } : { notification: 'SENT', prompts: 1 },
  }));
  sns.on(PublishCommand).resolves({});
  dynamodb.on(TransactWriteCommand).resolves({});
  states.on(StartExecutionCommand).resolves({});
  states.on(StopExecutionCommand).resolves({});
  states.on(SendTaskSuccessCommand).resolves({});
  states.on(DescribeExecutionCommand).resolves({ status: 'RUNNING' });
});

const said = { message: 'said', $metadata: {} };
const neverStarted = () => states.on(DescribeExecutionCommand).rejects(new ExecutionDoesNotExist(said));
const repairs = (emitted: readonly [string, number][]) =>
  emitted.flatMap(([metric]) => (metric.startsWith('ReconcilerRepairs ') ? [metric.split(' ')[1]] : []));
const started = () => states.commandCalls(StartExecutionCommand).map(({ args }) => args[0].input.name);
const pushed = () => sns.commandCalls(PublishCommand).length;
/** When the change is due next, in seconds from now. */
const dueIn = (change: HeldChange) => {
  const [call] = dynamodb.commandCalls(UpdateCommand, { Key: changeKey(change.companyId, change.changeId) });
  const due = call?.args[0].input.ExpressionAttributeValues?.[':due'];
  return due && Math.round((Date.parse(due) - Date.now()) / 1000);
};

it.each([
  { what: 'a change past its time', found: { change: expired(30), hold: sent }, kind: 'EXPIRED' },
  { what: 'an execution of a closed change', found: { change: rejected(30) }, kind: 'ENDED' },
])('counts $what as repaired where the workflow had time for it', async ({ found, kind }) => {
  expect(await reconcile(found)).toContainEqual([`ReconcilerRepairs ${kind}`, 1]);
});

it.each([
  { what: 'a change that is just being started', found: { change: unstarted(3) } },
  { what: 'a change that ran out of time just now', found: { change: expired(3), hold: sent } },
  { what: 'an execution that is just ending', found: { change: rejected(3) } },
])('mends $what all the same, and counts no repair', async ({ found }) => {
  const emitted = await reconcile(found);
  expect(repairs(emitted)).toEqual([]);
  expect([...dynamodb.commandCalls(TransactWriteCommand), ...states.calls()].length).toBeGreaterThan(0);
});

describe('an open change', () => {
  it.each([
    { what: 'was never started', found: { change: unstarted(30) }, missed: 1 },
    { what: 'was started and not pushed', found: { change: unstarted(30), hold: pending }, missed: 1 },
    { what: 'was pushed', found: { change: unstarted(30), hold: sent }, missed: 0 },
    { what: 'is just being started', found: { change: unstarted(3) }, missed: 0 },
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
    neverStarted();
    const change = unstarted(30);
    expect(repairs(await reconcile({ change }))).toEqual(expect.arrayContaining(['STARTED', 'PROMPTED']));
    expect([started(), dueIn(change)]).toEqual([['change-1'], 30]);
  });

  it('that somebody else starts at the same moment counts no start', async () => {
    neverStarted();
    states.on(StartExecutionCommand).rejects(new ExecutionAlreadyExists(said));
    expect(repairs(await reconcile({ change: unstarted(30), hold: sent }))).toEqual([]);
  });

  it('whose execution has ended gets another, with a name of its own', async () => {
    states.on(DescribeExecutionCommand).resolves({ status: 'FAILED' });
    expect(repairs(await reconcile({ change: unstarted(30), hold: sent }))).toEqual(['STARTED']);
    expect(started()).toEqual(['change-1-2']);
  });

  it('whose executions have ended three times gets no other, and is left alone until its time ends', async () => {
    states.on(DescribeExecutionCommand).resolves({ status: 'FAILED' });
    const change = unstarted(30);
    expect(repairs(await reconcile({ change, hold: { ...sent, attempt: 3 } }))).toEqual([]);
    expect([started(), dueIn(change)]).toEqual([[], 570]);
  });

  it('whose execution runs is not started again, and once prompted is left alone until its time ends', async () => {
    const change = unstarted(30);
    expect(repairs(await reconcile({ change, hold: sent }))).toEqual([]);
    expect([states.commandCalls(StartExecutionCommand), pushed(), dueIn(change)]).toEqual([[], 0, 570]);
  });

  it('is prompted also where the workflow engine refuses everything, and tried again by the next run', async () => {
    const refused = new Error('no answer');
    states.rejects(refused);
    const emitted = await reconcile({ change: unstarted(30), fault: refused });
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
    sns.on(PublishCommand).rejects(Object.assign(new Error('busy'), { name: 'ThrottledException' }));
    expect(repairs(await reconcile({ change: unstarted(30), hold: pending }))).toEqual([]);
  });
});

it('tells the execution of a change that it expires, which may wait for longer', async () => {
  await reconcile({ change: expired(30), hold: sent });
  expect(states.commandCalls(SendTaskSuccessCommand).map(({ args }) => args[0].input)).toEqual([
    { taskToken: 'task', output: '{"outcome":"EXPIRED"}' },
  ]);
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
