import { DescribeExecutionCommand } from '@aws-sdk/client-sfn';
import { aws, executionArn } from './support/aws.ts';
import { loadCompany, nth } from './support/company.ts';
import { type DeployedFunction, deployedFunctions } from './support/deployed-functions.ts';
import { eventually } from './support/eventually.ts';
import { mailWith } from './support/mail.ts';
import { type Administrator, approval, openAdministrator, openPhone } from './support/phone.ts';
import { type RecordedCall, recordedWhile } from './support/recorded-while.ts';
import { pushAbout } from './support/relay.ts';

/** As many as a phone is pushed in ten minutes: the first push and the later ones cost the same. */
const RELEASES = 3;

/** The calls of one release, from the request to the end of its execution and of all that follows from it. */
async function callsOfRelease({ web, phone }: Administrator, tokenId: string): Promise<readonly RecordedCall[]> {
  const { calls } = await recordedWhile(async () => {
    const change = await web.hold(tokenId);
    await pushAbout(phone.pushToken, change.changeId, 'AUTHORIZATION_PENDING');
    await eventually(
      () => web.change(change.changeId),
      ({ notification }) => notification.status === 'SENT',
    );
    expect((await phone.answer(change.changeId, approval(change))).status).toBe(200);
    const ended = new DescribeExecutionCommand({ executionArn: executionArn(change.changeId) });
    await eventually(
      () => aws.states().send(ended),
      ({ status }) => status === 'SUCCEEDED',
    );
  });
  return calls;
}

/** Calls of a function, by service and operation. */
function callsBy(folder: string, calls: readonly RecordedCall[]): Record<string, number> {
  const keys = functions.find((each) => each.folder === folder)?.accessKeyIds ?? [];
  const counted: Record<string, number> = {};
  for (const { service, operation, accessKeyId = '' } of calls) {
    const name = `${service}.${operation}`;
    if (keys.includes(accessKeyId)) counted[name] = (counted[name] ?? 0) + 1;
  }
  return counted;
}

let functions: readonly DeployedFunction[];
const releases: (readonly RecordedCall[])[] = [];

beforeAll(async () => {
  functions = await deployedFunctions();
  const company = await loadCompany('cost', { administrators: 1, secondaries: RELEASES });
  const administrator = await openAdministrator(nth(company.administrators, 0));
  for (const person of company.secondaries) {
    const { tokenId } = await openPhone(person, administrator.web);
    // What follows an enrolment is no part of the release.
    await mailWith(`${person.username}@demo.invalid`, 'habilitado en un celular');
    releases.push(await callsOfRelease(administrator, tokenId));
  }
}, 120_000);

it('a release takes eleven calls to AWS from the request to its effect, once its functions have met the requester', () => {
  const expected = {
    'request-change': { 'dynamodb.BatchGetItem': 1, 'dynamodb.TransactWriteItems': 1, 'states.StartExecution': 1 },
    'hold-change': { 'dynamodb.UpdateItem': 1, 'sns.Publish': 1, 'dynamodb.TransactWriteItems': 1 },
    'decide-change': { 'dynamodb.BatchGetItem': 1, 'dynamodb.TransactWriteItems': 1, 'states.SendTaskSuccess': 1 },
    'apply-change': { 'dynamodb.BatchGetItem': 1, 'dynamodb.TransactWriteItems': 1 },
  };
  const taken = releases.map((calls) =>
    Object.fromEntries(Object.keys(expected).map((folder) => [folder, callsBy(folder, calls)])),
  );
  // The workflow may run a task once more, which then finds its work done.
  expect(taken.slice(1)).toContainEqual(expected);
  expect(taken[0]?.['request-change']?.['dynamodb.BatchGetItem']).toBeLessThanOrEqual(2);
});

it('telling the holder of a release, and dropping the phone’s endpoint, takes at most thirteen calls more', () => {
  const told = releases.map((calls) =>
    Object.values(callsBy('send-notices', calls)).reduce((sum, each) => sum + each, 0),
  );
  // Events that the stream hands over together are read together.
  expect(Math.min(...told)).toBeLessThanOrEqual(13);
  expect(Math.min(...told)).toBeGreaterThan(0);
});
