import { setTimeout as sleep } from 'node:timers/promises';
import { DescribeRuleCommand, DisableRuleCommand, EnableRuleCommand } from '@aws-sdk/client-eventbridge';
import { aws, reconcile, resourceNamed, SERVICE_STACK } from '../support/aws.ts';
import { type Company, loadCompany, nth } from '../support/company.ts';
import { eventually } from '../support/eventually.ts';
import { type Administrator, approval, openAdministrator, openPhones, type Phone } from '../support/phone.ts';
import { withFaults } from '../support/relay.ts';
import type { Change } from '../support/shapes.ts';
import { moveEnd } from '../support/short-holds.ts';

/** Runbook, "The reconciler off and on". */

let company: Company;
let administrator: Administrator;
let holders: Phone[];
let rule: { readonly Name: string };

beforeAll(async () => {
  company = await loadCompany('reconciler', { administrators: 1, secondaries: 3 });
  administrator = await openAdministrator(nth(company.administrators, 0));
  holders = await openPhones(company.secondaries, administrator.web);
  const name = await resourceNamed(SERVICE_STACK, 'AWS::Events::Rule', 'EveryMinute');
  rule = { Name: name.split('/').at(-1) ?? name };
  await aws.events().send(new DisableRuleCommand(rule));
});

// The suite runs without the schedule.
afterAll(() => aws.events().send(new DisableRuleCommand(rule)));

const state = async () => (await aws.events().send(new DescribeRuleCommand(rule))).State;
const status = async ({ changeId }: Change) => (await administrator.web.change(changeId)).status;
/** Counts these events in the record of the change's token. */
async function written({ tokenId, changeId }: Change): Promise<string[]> {
  const events = await administrator.web.events(tokenId);
  return events.filter(({ change }) => change?.changeId === changeId).map(({ type }) => type);
}

const APPLIED = ['CHANGE_REQUESTED', 'CHANGE_AUTHORIZED', 'CHANGE_APPLIED'];

it('loses nothing while it is off, and makes each change right, once, when it is on again', async () => {
  const { web, phone } = administrator;
  const [first, second, third] = holders;
  if (!first || !second || !third) throw new Error('Three holders are needed');
  expect(await state()).toBe('DISABLED');

  // Nobody answers the first, and no workflow was started for it; the second is authorized without one.
  const [expiring, unstarted] = await withFaults([{ service: 'states', kind: 'error' }], async () => {
    const held = [await web.hold(first.tokenId), await web.hold(second.tokenId)] as const;
    await phone.answer(held[1].changeId, approval(held[1]));
    return held;
  });
  await moveEnd(expiring, company.companyId, phone.userId, new Date());
  const untold = await web.hold(third.tokenId);
  await eventually(
    () => web.change(untold.changeId),
    ({ notification }) => notification.status !== 'PENDING',
  );
  await withFaults([{ service: 'states', operation: 'SendTaskSuccess', kind: 'error' }], () =>
    phone.answer(untold.changeId, approval(untold)),
  );

  // What was decided stands, and nothing of it is done yet. Nobody looks at the first: whoever does ends it.
  expect([await status(unstarted), await status(untold)]).toEqual(['AUTHORIZED', 'AUTHORIZED']);
  expect(await written(expiring)).toEqual(['CHANGE_REQUESTED']);
  expect(await written(unstarted)).toEqual(APPLIED.slice(0, 2));
  expect(await written(untold)).toEqual(APPLIED.slice(0, 2));
  expect((await web.token(second.tokenId)).status).toBe('ACTIVE');

  // The reconciler leaves a change to its workflow for two seconds: after them, its runs make all three right.
  await sleep(2_500);
  await aws.events().send(new EnableRuleCommand(rule));
  expect(await state()).toBe('ENABLED');
  const right = async () => Promise.all([expiring, unstarted, untold].map(written));
  const expected = [['CHANGE_REQUESTED', 'CHANGE_EXPIRED'], APPLIED, APPLIED];
  // A run leaves a change at which it fails to the next run, a minute later.
  await eventually(right, (seen) => JSON.stringify(seen) === JSON.stringify(expected), { seconds: 150 });

  await Promise.all([reconcile(), reconcile()]);
  expect(await right()).toEqual(expected);
  const tokens = await Promise.all([first, second, third].map(({ tokenId }) => web.token(tokenId)));
  expect(tokens.map((token) => [token.status, token.pendingChange])).toEqual([
    ['ACTIVE', null],
    ['RELEASED', null],
    ['RELEASED', null],
  ]);
}, 240_000);
