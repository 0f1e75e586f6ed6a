import { DescribeExecutionCommand } from '@aws-sdk/client-sfn';
import { aws } from './support/aws.ts';
import { loadCompany, nth } from './support/company.ts';
import { eventually } from './support/eventually.ts';
import { mailWith } from './support/mail.ts';
import { approval, openAdministrator, openPhone } from './support/phone.ts';
import { countCalls, pushAbout } from './support/relay.ts';
import type { Change } from './support/shapes.ts';
import { stack } from './support/stack.ts';

/** What polling itself calls, and what the archive writes behind the table's stream: on nobody's path. */
const BESIDE = ['states.DescribeExecution', 's3.PutObject', 's3.PutObjectRetention'];

/** As measured, 8 of them to tell the holder; whoever adds a call finds out here, and whoever saves one lowers it. */
const MOST = 26;

it('a release from request to receipt of its effect costs few calls to AWS', async () => {
  const company = await loadCompany('cost', { administrators: 1, secondaries: 1 });
  const { web, phone } = await openAdministrator(nth(company.administrators, 0));
  const { tokenId } = await openPhone(nth(company.secondaries, 0), web);
  // What follows an enrolment is no part of the release.
  const { username } = nth(company.secondaries, 0);
  await mailWith(`${username}@demo.invalid`, 'habilitado en un celular');
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
  const calls = [...Object.entries(toHold), ...Object.entries(toRelease)].filter(([name]) => !BESIDE.includes(name));
  const total = calls.reduce((sum, [, count]) => sum + count, 0);
  process.stdout.write(`AWS calls of one release: ${total} ${JSON.stringify({ toHold, toRelease })}\n`);
  expect(total).toBeLessThanOrEqual(MOST);
});
