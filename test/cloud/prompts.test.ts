import { FilterLogEventsCommand } from '@aws-sdk/client-cloudwatch-logs';
import { DescribeExecutionCommand, GetExecutionHistoryCommand } from '@aws-sdk/client-sfn';
import { GetCommand } from '@aws-sdk/lib-dynamodb';
import { aws, executionArn, reconcile, resourceNamed, SERVICE_STACK } from './support/aws.ts';
import { type Company, loadCompany, nth } from './support/company.ts';
import { eventually } from './support/eventually.ts';
import { approval, openAdministrator, openPhones, type Phone } from './support/phone.ts';
import { countCalls, pushAbout, pushesTo, withFaults } from './support/relay.ts';
import type { Change } from './support/shapes.ts';
import { stack } from './support/stack.ts';

/** Whoever must be prompted is prompted, whatever becomes of the execution. */

let company: Company;

beforeAll(async () => {
  company = await loadCompany('prompts', { administrators: 3, secondaries: 3 });
});

/** An administrator of their own, so that no test spends another's push budget, and a holder. */
async function open(index: number) {
  const administrator = await openAdministrator(nth(company.administrators, index));
  const [holder] = await openPhones([nth(company.secondaries, index)], administrator.web);
  if (!holder) throw new Error('There is no holder');
  return { ...administrator, holder };
}

const noUpdate = [{ service: 'dynamodb', operation: 'UpdateItem', kind: 'error' } as const];

async function status({ changeId }: Change, attempt?: number): Promise<string | undefined> {
  const described = aws.states().send(new DescribeExecutionCommand({ executionArn: executionArn(changeId, attempt) }));
  return described.then(
    (execution) => execution.status,
    () => undefined,
  );
}

/** Reads the events of a change's first execution. */
async function history({ changeId }: Change): Promise<(string | undefined)[]> {
  const { events = [] } = await aws
    .states()
    .send(new GetExecutionHistoryCommand({ executionArn: executionArn(changeId), maxResults: 1000 }));
  return events.map(({ type }) => type);
}

const failures = (events: readonly (string | undefined)[]) => events.filter((type) => type === 'TaskFailed').length;

/** Reads the repairs of a change that the reconciler logged. */
async function repairs({ changeId }: Change): Promise<unknown[]> {
  const logGroupName = await resourceNamed(SERVICE_STACK, 'AWS::Logs::LogGroup', 'ReconcileChanges');
  const { events = [] } = await aws.logs().send(new FilterLogEventsCommand({ logGroupName }));
  return events
    .map(({ message = '' }) => message)
    .filter((message) => message.includes('change repaired') && message.includes(changeId))
    .map((message) => JSON.parse(message).operation);
}

const prompts = async ({ pushToken }: Phone) =>
  (await pushesTo(pushToken)).filter(({ payload }) => JSON.stringify(payload).includes('AUTHORIZATION_PENDING'));

async function placesTaken({ userId, deviceId }: Phone): Promise<number> {
  const Key = { pk: `USER#${userId}`, sk: `DEVICE#${deviceId}` };
  const { Item } = await aws.dynamodb().send(new GetCommand({ TableName: stack().tableName, Key }));
  return ['pushed1', 'pushed2', 'pushed3'].filter((name) => Number(Item?.[name] ?? 0) > 0).length;
}

it('a hold whose function fails at first is tried again by the workflow, and prompts without the reconciler', async () => {
  const { web, phone, holder } = await open(0);
  const change = await withFaults(noUpdate, async () => {
    const held = await web.hold(holder.tokenId);
    await eventually(
      () => history(held).catch(() => []),
      (events) => failures(events) > 0,
    );
    return held;
  });
  await pushAbout(phone.pushToken, change.changeId, 'AUTHORIZATION_PENDING');
  await phone.answer(change.changeId, approval(change));
  await web.until(change.changeId, 'APPLIED');
  await eventually(
    () => status(change),
    (seen) => seen === 'SUCCEEDED',
  );
  expect((await web.change(change.changeId)).notification).toEqual({ status: 'SENT' });
});

it('a hold whose execution failed for good is prompted by the reconciler, which claims no repair before', async () => {
  const { web, phone, holder } = await open(1);
  const change = await withFaults(noUpdate, async () => {
    const held = await web.hold(holder.tokenId);
    await eventually(
      () => status(held),
      (seen) => seen === 'FAILED',
      { seconds: 25 },
    );
    await reconcile();
    return held;
  });
  // Three retries, then the catch.
  const events = await history(change);
  expect([failures(events), events.at(-1)]).toEqual([4, 'ExecutionFailed']);
  expect([await repairs(change), await prompts(phone)]).toEqual([[], []]);

  await reconcile();
  await pushAbout(phone.pushToken, change.changeId, 'AUTHORIZATION_PENDING');
  expect((await repairs(change)).sort()).toEqual(['PROMPTED', 'STARTED']);

  await phone.answer(change.changeId, approval(change));
  // By the second execution: nobody calls the reconciler.
  await web.until(change.changeId, 'APPLIED');
  await eventually(
    () => status(change, 2),
    (seen) => seen === 'SUCCEEDED',
  );
  expect((await web.token(holder.tokenId)).status).toBe('RELEASED');

  const starts = await countCalls('states.StartExecution');
  await reconcile();
  await reconcile();
  expect(await countCalls('states.StartExecution')).toBe(starts);
  expect((await repairs(change)).sort()).toEqual(['PROMPTED', 'STARTED']);
}, 90_000);

it('a prompt that fails in passing is made again by the reconciler, out of the same place of the phone’s budget', async () => {
  const { web, phone, holder } = await open(2);
  const throttled = [{ service: 'sns', operation: 'Publish', kind: 'error', code: 'Throttled', status: 429 } as const];
  const change = await withFaults(throttled, async () => {
    const held = await web.hold(holder.tokenId);
    await eventually(
      () => web.change(held.changeId),
      ({ notification }) => notification.status === 'FAILED',
    );
    return held;
  });
  expect([await prompts(phone), await placesTaken(phone)]).toEqual([[], 1]);
  await eventually(
    async () => {
      await reconcile();
      return web.change(change.changeId);
    },
    ({ notification }) => notification.status === 'SENT',
  );
  expect([(await prompts(phone)).length, await placesTaken(phone)]).toEqual([1, 1]);
  expect((await web.cancel(change.changeId)).status).toBe(200);
});
