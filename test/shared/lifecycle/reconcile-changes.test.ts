import { DescribeExecutionCommand, SFNClient, StartExecutionCommand, StopExecutionCommand } from '@aws-sdk/client-sfn';
import { DynamoDBDocumentClient, QueryCommand, TransactWriteCommand, UpdateCommand } from '@aws-sdk/lib-dynamodb';
import { mockClient } from 'aws-sdk-client-mock';
import type { HeldChange } from '../../../shared/domain/change.ts';
import { reconcileChanges } from '../../../shared/lifecycle/reconcile-changes.ts';
import { changeKey, holdKey, openPartition, openShardOf, tokenKey } from '../../../shared/repositories/keys.ts';
import { emittedBy } from '../../emitted.ts';
import { storeItems } from '../../fake-table.ts';
import { aHeldChange, aToken, withPending } from '../../fixtures.ts';

const dynamodb = mockClient(DynamoDBDocumentClient);
const states = mockClient(SFNClient);

const ago = (seconds: number) => new Date(Date.now() - seconds * 1000).toISOString();

interface Found {
  readonly change: HeldChange;
  /** What is known of its push; without it no hold was ever started. */
  readonly notification?: 'PENDING' | 'SENT';
  readonly fault?: Error;
}

/** Runs the reconciler over one change that is due. */
async function reconcile({ change, notification, fault }: Found): Promise<[string, number][]> {
  const key = changeKey(change.companyId, change.changeId);
  const token = aToken({ tokenId: change.tokenId });
  const items = [
    { ...change, ...key },
    { ...withPending(token, change), ...tokenKey(change.companyId, change.tokenId) },
    ...(notification ? [{ taskToken: 'task', notification, ...holdKey(change.changeId) }] : []),
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
  dynamodb.on(UpdateCommand).resolves({});
  dynamodb.on(TransactWriteCommand).resolves({});
  states.on(StartExecutionCommand).resolves({});
  states.on(StopExecutionCommand).resolves({});
  states.on(DescribeExecutionCommand).resolves({ status: 'RUNNING' });
});

it.each([
  { what: 'a change that was never started', found: { change: unstarted(30) }, kind: 'STARTED' },
  { what: 'a change past its time', found: { change: expired(30), notification: 'SENT' as const }, kind: 'EXPIRED' },
  { what: 'an execution of a closed change', found: { change: rejected(30) }, kind: 'ENDED' },
])('counts $what as repaired where the workflow had time for it', async ({ found, kind }) => {
  expect(await reconcile(found)).toContainEqual([`ReconcilerRepairs ${kind}`, 1]);
});

it.each([
  { what: 'a change that is just being started', found: { change: unstarted(3) } },
  { what: 'a change that ran out of time just now', found: { change: expired(3), notification: 'SENT' as const } },
  { what: 'an execution that is just ending', found: { change: rejected(3) } },
])('mends $what all the same, and counts no repair', async ({ found }) => {
  const emitted = await reconcile(found);
  expect(emitted.filter(([metric]) => metric.startsWith('ReconcilerRepairs'))).toEqual([]);
  expect([...dynamodb.commandCalls(TransactWriteCommand), ...states.calls()].length).toBeGreaterThan(0);
});

it.each([
  { what: 'was never started', found: { change: unstarted(30) }, missed: 1 },
  { what: 'was started and not pushed', found: { change: unstarted(30), notification: 'PENDING' as const }, missed: 1 },
  { what: 'was pushed', found: { change: unstarted(30), notification: 'SENT' as const }, missed: 0 },
  { what: 'is just being started', found: { change: unstarted(3) }, missed: 0 },
  { what: 'is decided by the bank’s persons', found: { change: unstarted(30, 'BANK') }, missed: 0 },
])('says $missed times that the push of a change missed its objective which $what', async ({ found, missed }) => {
  const emitted = await reconcile(found);
  expect(emitted.filter(([metric]) => metric.startsWith('PushObjective'))).toEqual(
    Array(missed).fill(['PushObjective MISSED', 1]),
  );
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
