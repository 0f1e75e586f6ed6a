import { DescribeExecutionCommand } from '@aws-sdk/client-sfn';
import { aws } from './support/aws.ts';
import { loadCompany, nth } from './support/company.ts';
import { eventually } from './support/eventually.ts';
import { mailWith } from './support/mail.ts';
import { type Administrator, approval, openAdministrator, openPhone } from './support/phone.ts';
import { countCalls, pushAbout } from './support/relay.ts';
import type { Change } from './support/shapes.ts';
import { stack } from './support/stack.ts';

/** What polling itself calls, and what the archive writes behind the table's stream: on nobody's path. */
const BESIDE = ['states.DescribeExecution', 's3.PutObject', 's3.PutObjectRetention'];

/** As measured, 8 of them to tell the holder; whoever adds a call finds out here, and whoever saves one lowers it. */
const MOST = 26;

/** Releases that are counted: what other tests left to be done in the background only ever adds to one of them. */
const RELEASES = 3;

/** The calls of one release, from the request to the end of its execution. */
async function callsOfRelease({ web, phone }: Administrator, tokenId: string): Promise<Record<string, number>[]> {
  const held: Change[] = [];
  const toHold = await countCalls(async () => {
    const change = await web.hold(tokenId);
    await pushAbout(phone.pushToken, change.changeId, 'AUTHORIZATION_PENDING');
    held.push(change);
  });
  const change = nth(held, 0);
  const jws = await phone.sign(await phone.waiting(change.changeId), approval(change));
  const executionArn = `${stack().stateMachineArn.replace(':stateMachine:', ':execution:')}:${change.changeId}`;
  const toRelease = await countCalls(async () => {
    expect((await phone.post(change.changeId, jws)).status).toBe(200);
    await eventually(
      () => aws.states().send(new DescribeExecutionCommand({ executionArn })),
      ({ status }) => status === 'SUCCEEDED',
    );
  });
  return [toHold, toRelease];
}

it('a release from request to receipt of its effect costs few calls to AWS', async () => {
  const company = await loadCompany('cost', { administrators: 1, secondaries: RELEASES });
  const administrator = await openAdministrator(nth(company.administrators, 0));
  const totals: number[] = [];
  for (const person of company.secondaries) {
    const { tokenId } = await openPhone(person, administrator.web);
    // What follows an enrolment is no part of the release.
    await mailWith(`${person.username}@demo.invalid`, 'habilitado en un celular');
    const counted = await callsOfRelease(administrator, tokenId);
    const calls = counted.flatMap((counts) => Object.entries(counts)).filter(([name]) => !BESIDE.includes(name));
    totals.push(calls.reduce((sum, [, count]) => sum + count, 0));
    process.stdout.write(`AWS calls of one release: ${totals.at(-1)} ${JSON.stringify(counted)}\n`);
  }
  expect(Math.min(...totals)).toBeLessThanOrEqual(MOST);
});
