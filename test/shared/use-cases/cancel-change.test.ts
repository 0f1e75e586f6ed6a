import type { Change } from '../../../shared/domain/change.ts';
import { withUsername } from '../../../shared/domain/change-names.ts';
import { changes, holds, notices, tokens } from '../../../shared/repositories/items.ts';
import { cancelChange } from '../../../shared/use-cases/cancel-change.ts';
import { aChange, aHeldChange, aUser, later, NOW, withPending } from '../../fixtures.ts';
import { at, type Given, given, stored } from '../../world/given.ts';
import { type MemoryWorld, memoryWorld, refuse, sent } from '../../world/world.ts';
import {
  ADMIN,
  called,
  done,
  everybody,
  HELD_TOKEN,
  HOLDER,
  meanwhile,
  OTHER,
  record,
  refused,
  tokenFor,
  waiting,
} from './scene.ts';

let world: MemoryWorld;

const held = aHeldChange();
const overdue = aHeldChange({}, { expiresAt: NOW.toISOString() });
const rescue = aHeldChange(
  {},
  { policy: 'BANK', asked: [], rescue: { proposedBy: { userId: 'staff', fullName: 'staff', arn: 'arn' } } },
);
const overdueRescue = aHeldChange({}, { ...rescue.authorization, expiresAt: NOW.toISOString() });
const closedAs = (status: string) => ({ code: 'CHANGE_CLOSED', change: { changeId: 'change-1', status } });

function begin(change: Change, ...things: Given[]): void {
  world = memoryWorld();
  given(world, ...everybody(), withPending(tokenFor(HOLDER), held), change, ...things);
}

const cancel = (caller = ADMIN, changeId = 'change-1') =>
  cancelChange(world, { caller, changeId, requestId: 'request-2' });
const change = () => stored(world, changes.at('DEMO', 'change-1'));
const token = () => stored(world, tokens.at('DEMO', HELD_TOKEN));

it('cancels a held change of whoever asked for it, and tells its workflow', async () => {
  begin(held);
  await world.workflow.start(held);
  const hold = { taskToken: world.services.workflow.openTask('change-1'), notification: 'SENT' } as const;
  const notice = { seq: 1, push: 'SENT', email: 'SENT' } as const;
  given(world, at(holds.at('change-1'), hold), at(notices.at('change-1'), notice));
  world.calls.length = 0;
  const { answer, emitted } = await done(() => cancel(OTHER));
  const { bindingCode: _shownNoMore, ...authorization } = held.authorization;
  const cancelled = {
    ...withUsername(held, OTHER),
    status: 'CANCELLED',
    version: 2,
    dueAt: later(2).toISOString(),
    outcome: { cause: 'CANCELLED', by: { userId: 'user-other', fullName: 'Demo Otra' } },
    authorization,
  };
  expect(answer).toEqual({ change: cancelled, hold, notices: notice });
  expect(change()).toEqual(cancelled);
  expect(token()).toMatchObject({ status: 'ACTIVE', pendingChange: null, version: 4 });
  expect(record(world)).toMatchObject([
    { type: 'CHANGE_CANCELLED', actor: { userId: 'user-other' }, details: { requestId: 'request-2' } },
  ]);
  expect(waiting(world)).toEqual([]);
  expect(world.services.workflow.executions.get('change-1')?.output).toBe('{"outcome":"CANCELLED"}');
  expect(called(world)).toEqual(['BatchGet', 'BatchGet', 'BatchGet', 'TransactWrite', 'SendTaskSuccess']);
  expect(emitted).toEqual([['ChangesCancelled RELEASE', 1]]);
});

it('changes nothing where the change is cancelled already', async () => {
  const cancelled = { ...held, status: 'CANCELLED', version: 2 } as const;
  begin(cancelled);
  const { answer, emitted } = await done(() => cancel());
  expect(answer).toEqual({ change: cancelled, hold: undefined, notices: undefined });
  expect([called(world), emitted]).toEqual([['BatchGet', 'BatchGet'], []]);
});

it.each<[object, Change, Given[], string]>([
  [{ code: 'USER_DISABLED' }, rescue, [aUser({ enabled: false, role: 'SECONDARY' })], 'nothing'],
  [{ code: 'ADMINISTRATOR_ONLY' }, rescue, [aUser({ role: 'SECONDARY' })], 'nothing'],
  [{ code: 'NOT_FOUND' }, rescue, [], 'nothing'],
  [closedAs('EXPIRED'), overdueRescue, [], 'change-1'],
  [closedAs('AUTHORIZED'), { ...rescue, status: 'AUTHORIZED' }, [], 'change-1'],
  [closedAs('APPLIED'), { ...held, status: 'APPLIED' }, [], 'change-1'],
  [closedAs('REJECTED'), { ...held, status: 'REJECTED' }, [], 'change-1'],
  [closedAs('APPLIED'), aChange({ action: 'BLOCK', status: 'APPLIED' }), [], 'change-1'],
  [{ code: 'ACTION_NOT_AVAILABLE' }, rescue, [], 'change-1'],
])('is refused with the first of what refuses it: %j', async (expected, there, things, changeId) => {
  begin(there, ...things);
  expect(await refused(() => cancel(ADMIN, changeId))).toEqual(expected);
  expect(change()?.status).not.toBe('CANCELLED');
  expect(record(world).map(({ type }) => type)).not.toContain('CHANGE_CANCELLED');
});

it('finds no change of another company', async () => {
  begin(held);
  given(world, aUser({ companyId: 'OTRA' }));
  expect(await refused(() => cancel(aUser({ companyId: 'OTRA' })))).toEqual({ code: 'NOT_FOUND' });
});

it('says of a change past its time that it is expired only once that is written', async () => {
  begin(overdue);
  refuse(world, 'TransactWrite', new Error('unreachable'));
  expect(await refused(() => cancel())).toEqual({ code: 'UNAVAILABLE', retryAfter: 1 });
  expect(change()?.status).toBe('PENDING_AUTHORIZATION');
});

describe('where somebody is faster', () => {
  it.each<[string, Given[], object]>([
    ['authorizes it', [{ ...held, status: 'AUTHORIZED', version: 2 }], closedAs('AUTHORIZED')],
    ['disables the caller', [aUser({ enabled: false })], { code: 'USER_DISABLED' }],
    ['demotes the caller', [aUser({ role: 'SECONDARY' })], { code: 'ADMINISTRATOR_ONLY' }],
  ])('it is judged again: somebody %s', async (_, things, expected) => {
    begin(held);
    meanwhile(world, () => given(world, ...things));
    expect(await refused(() => cancel())).toEqual(expected);
    expect([record(world), sent(world, 'TransactWrite').length]).toEqual([[], 1]);
  });

  it('and cancels it too, both have cancelled it', async () => {
    const cancelled = { ...held, status: 'CANCELLED', version: 2 } as const;
    begin(held);
    meanwhile(world, () => given(world, cancelled));
    expect((await done(() => cancel())).answer?.change).toEqual(cancelled);
    expect(record(world)).toEqual([]);
  });

  it('and its time runs out, it is expired', async () => {
    const short = aHeldChange({}, { expiresAt: later(0.001).toISOString() });
    begin(short);
    meanwhile(world, () => {
      given(world, { ...short, version: 2 });
      world.clock.advance(1);
    });
    expect(await refused(() => cancel())).toEqual(closedAs('EXPIRED'));
  });

  it('and a write must be made again, it is not made once its time is over', async () => {
    const short = aHeldChange({}, { expiresAt: later(0.001).toISOString() });
    begin(short);
    const slow = Object.assign(new Error('slow down'), { name: 'ThrottlingException' });
    refuse(world, 'TransactWrite', slow, {
      times: 1,
      which: () => {
        world.clock.advance(1);
        return true;
      },
    });
    expect(await refused(() => cancel())).toEqual(closedAs('EXPIRED'));
  });
});
