import { FilterLogEventsCommand } from '@aws-sdk/client-cloudwatch-logs';
import { DescribeExecutionCommand, GetExecutionHistoryCommand } from '@aws-sdk/client-sfn';
import { aws, executionArn, reconcile, resourceNamed, SERVICE_STACK } from './support/aws.ts';
import { loadCompany, nth } from './support/company.ts';
import { eventually } from './support/eventually.ts';
import { approval, openAdministrator, openPhone, type Phone } from './support/phone.ts';
import { countCalls, pushAbout, pushesTo, withFaults } from './support/relay.ts';
import type { Change } from './support/shapes.ts';

/** Whoever must be prompted is prompted, whatever becomes of the execution. */

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

it('a hold whose execution failed for good is prompted by the reconciler, which claims no repair before', async () => {
  const company = await loadCompany('prompts', { administrators: 1, secondaries: 1 });
  const { web, phone } = await openAdministrator(nth(company.administrators, 0));
  const holder = await openPhone(nth(company.secondaries, 0), web);
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
