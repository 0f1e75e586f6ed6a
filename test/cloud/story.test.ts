import { paginateDescribeLogGroups, paginateFilterLogEvents } from '@aws-sdk/client-cloudwatch-logs';
import { CognitoIdentityProviderClient, ListUsersCommand } from '@aws-sdk/client-cognito-identity-provider';
import { aws, clientConfiguration } from './support/aws.ts';
import { loadCompany, nth } from './support/company.ts';
import { eventually } from './support/eventually.ts';
import { approval, openAdministrator, openPhone } from './support/phone.ts';
import { pushAbout } from './support/relay.ts';
import type { Change } from './support/shapes.ts';
import { stack } from './support/stack.ts';
import { withoutGrant } from './support/stream-failures.ts';

/** A line of a function's log, as far as it matters here. */
interface Line {
  readonly at: number;
  readonly level?: string;
  readonly message?: string;
  readonly correlationId?: string;
  readonly requestId?: string;
  readonly changeId?: string;
  readonly userId?: string;
}

const since = Date.now();

/** From an opaque id to the user, as the runbook's "Proofs refused" does it. */
async function listUsernames(userId: string): Promise<(string | undefined)[]> {
  const pool = new CognitoIdentityProviderClient(clientConfiguration());
  const { Users = [] } = await pool.send(
    new ListUsersCommand({ UserPoolId: stack().userPoolId, Filter: `sub = "${userId}"` }),
  );
  return Users.map(({ Username }) => Username);
}

/** All that stands in the logs since this file began. */
async function logged(): Promise<{ readonly at: number; readonly text: string }[]> {
  const client = aws.logs();
  const names: string[] = [];
  for await (const page of paginateDescribeLogGroups({ client }, {})) {
    names.push(...(page.logGroups ?? []).flatMap(({ logGroupName }) => (logGroupName ? [logGroupName] : [])));
  }
  const found: { at: number; text: string }[] = [];
  for (const logGroupName of names) {
    for await (const page of paginateFilterLogEvents({ client }, { logGroupName, startTime: since })) {
      found.push(...(page.events ?? []).map(({ message = '', timestamp = 0 }) => ({ at: timestamp, text: message })));
    }
  }
  return found.sort((one, other) => one.at - other.at);
}

/** Every structured line of a function; embedded metrics are none. */
async function lines(): Promise<Line[]> {
  const all = await logged();
  return all.filter(({ text }) => text.startsWith('{"level"')).map(({ at, text }) => ({ ...JSON.parse(text), at }));
}

it('one id leads through a change’s whole story, from the request to the notice, also through what was refused', async () => {
  const company = await loadCompany('story', { administrators: 1, secondaries: 1 });
  const { web, phone } = await openAdministrator(nth(company.administrators, 0));
  const { tokenId } = await openPhone(nth(company.secondaries, 0), web);
  const change = await web.hold(tokenId);
  // Whoever decides before the workflow comes to it leaves it nothing to tell.
  await pushAbout(phone.pushToken, change.changeId, 'AUTHORIZATION_PENDING');
  expect((await phone.post(change.changeId, 'no.decision.really')).status).toBe(403);
  await phone.answer(change.changeId, approval(change));
  await web.until(change.changeId, 'APPLIED');

  const told = await eventually(
    async () => {
      const all = await lines();
      const [asked] = all.filter(
        ({ message, changeId }) => message === 'change requested' && changeId === change.changeId,
      );
      return { asked, story: all.filter(({ correlationId }) => correlationId === asked?.requestId) };
    },
    ({ asked, story }) => {
      const times = (line: string) => story.filter(({ message }) => message === line).length;
      return asked !== undefined && times('holder told') === 2 && times('decision recorded') === 1;
    },
    { seconds: 20 },
  );
  const steps = told.story.map(({ message }) => message);
  // Notices, and what was refused, are told apart: how often they come is not the change's own way.
  const beside = ['holder told', 'notice not delivered', 'request refused'];
  // Functions that follow each other write their lines side by side, so that the order is nobody's.
  expect(steps.filter((message) => !beside.includes(message ?? '')).sort()).toEqual([
    'change applied',
    'change held',
    'change requested',
    'decision recorded',
  ]);
  const refused = told.story.filter(({ message }) => message === 'request refused');
  // Whoever was refused can be found by it, and is not named.
  expect(refused).toEqual([expect.objectContaining({ userId: phone.userId, code: 'PROOF_REFUSED' })]);
  const { username, fullName } = phone.person;
  for (const personal of [username, fullName, '@demo.invalid', 'eyJ']) {
    expect(JSON.stringify(refused)).not.toContain(personal);
  }
  expect(await listUsernames(phone.userId)).toEqual([username]);
  const about = told.story.filter(({ message }) => message !== 'request refused');
  expect(new Set(about.map(({ changeId }) => changeId))).toEqual(new Set([change.changeId]));
  // Each step is a request or run of its own.
  expect(new Set(told.story.map(({ requestId }) => requestId)).size).toBeGreaterThanOrEqual(5);
});

it('a run that fails is a line of its change’s story, with its cause by name alone', async () => {
  const company = await loadCompany('failing', { administrators: 1, secondaries: 1 });
  const { web } = await openAdministrator(nth(company.administrators, 0));
  const { tokenId } = await openPhone(nth(company.secondaries, 0), web);
  const held = await withoutGrant('hold-change', ['dynamodb:UpdateItem'], async () => {
    const change = await web.hold(tokenId);
    await expectFailure(change);
    return change;
  });
  expect((await web.cancel(held.changeId)).status).toBe(200);

  // What the service said of it stands nowhere, not in the lines of Lambda itself either.
  expect((await logged()).filter(({ text }) => /not authorized|explicit deny/i.test(text))).toEqual([]);
});

/** Waits until a run that failed stands in the change's story. */
async function expectFailure({ changeId }: Change): Promise<void> {
  const [failure] = await eventually(
    async () => {
      const all = await lines();
      const asked = all.find((line) => line.message === 'change requested' && line.changeId === changeId);
      return all.filter(({ message, correlationId }) => message === 'run failed' && correlationId === asked?.requestId);
    },
    (found) => found.length > 0,
    { seconds: 20 },
  );
  expect(failure).toMatchObject({ level: 'ERROR', errorNames: ['AccessDeniedException'] });
  expect(failure?.requestId).not.toBe(failure?.correlationId);
}

it('every line that any function writes belongs to a story', async () => {
  const all = await lines();
  expect(all.length).toBeGreaterThan(5);
  expect(all.filter(({ correlationId, requestId }) => !correlationId || !requestId)).toEqual([]);
});
