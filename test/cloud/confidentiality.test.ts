import { paginateGetExecutionHistory, paginateListExecutions } from '@aws-sdk/client-sfn';
import { GetCommand } from '@aws-sdk/lib-dynamodb';
import { currentCode } from '../../phone/protocol/index.ts';
import { aws } from './support/aws.ts';
import { loadCompany, nth } from './support/company.ts';
import { eventually } from './support/eventually.ts';
import { expectProblem } from './support/http.ts';
import { JOSE, logText } from './support/logs.ts';
import { approval, openAdministrator, openPhone } from './support/phone.ts';
import { allPushes } from './support/relay.ts';
import { findSeed } from './support/seeds.ts';
import { stack } from './support/stack.ts';

/** The secrets that nothing may show, by their names. */
let secrets: Record<string, string>;
let changeId: string;
/** A request that was refused, and so is in the logs. */
let refusedRequest: string;

beforeAll(async () => {
  const company = await loadCompany('secrets', { administrators: 1, secondaries: 1 });
  const { web, phone } = await openAdministrator(nth(company.administrators, 0));
  const person = nth(company.secondaries, 0);
  const held = await openPhone(person, web);
  const note = 'Nota plantada que nadie debe leer en un registro';
  const seed = await findSeed(held.tokenId);
  const change = await web.hold(held.tokenId, { action: 'RELEASE', reason: 'OTHER', note });
  changeId = change.changeId;
  const waiting = await phone.waiting(changeId);
  const Key = { pk: `CHANGE#${changeId}`, sk: 'HOLD' };
  const { Item: hold } = await eventually(
    () => aws.dynamodb().send(new GetCommand({ TableName: stack().tableName, Key, ConsistentRead: true })),
    ({ Item }) => Item?.taskToken !== undefined,
  );
  const forged = await phone.post(changeId, 'planted.forged.decision');
  expectProblem(forged, 403, 'PROOF_REFUSED');
  refusedRequest = String(Object(forged.body).requestId);
  const decision = await phone.sign(waiting, approval(change));
  expect((await phone.post(changeId, decision)).status).toBe(200);
  await web.until(changeId, 'APPLIED');
  secrets = {
    seed: held.seed.secret,
    'seed sealed for the phone': held.sealedSeed,
    'seed sealed by KMS': String(seed?.sealed ?? 'none'),
    'one-time code': ` ${currentCode(held.seed).code} `,
    'signed decision': decision,
    'forged decision': 'planted.forged.decision',
    'access token': web.accessToken,
    'task token': String(hold?.taskToken ?? 'none'),
    'activation code': person.activationCode ?? nth(company.administrators, 0).activationCode ?? 'none',
    'push token': phone.pushToken,
    "holder's name": person.fullName,
    "requester's name": phone.person.fullName,
    'e-mail': '@demo.invalid',
    note,
    nonce: waiting.challenge.nonce,
  };
});

async function historyText(): Promise<string> {
  const client = aws.states();
  const { stateMachineArn } = stack();
  const events: unknown[] = [];
  for await (const page of paginateListExecutions({ client }, { stateMachineArn })) {
    for (const { executionArn } of page.executions ?? []) {
      for await (const history of paginateGetExecutionHistory({ client }, { executionArn }))
        events.push(...(history.events ?? []));
    }
  }
  return JSON.stringify(events);
}

function found(text: string, ignoring: readonly string[] = []): string[] {
  return Object.entries(secrets)
    .filter(([what, secret]) => !ignoring.includes(what) && text.includes(secret))
    .map(([what]) => what);
}

it('every secret was really planted', () => {
  for (const secret of Object.values(secrets)) expect(secret.length).toBeGreaterThan(7);
  expect(Object.values(secrets)).not.toContain('none');
});

it('no log has a secret, a signature or a person, and the logs are really there', async () => {
  const { groups, text } = await logText();
  expect(groups).toBeGreaterThan(5);
  expect(text.includes(refusedRequest)).toBe(true);
  expect(found(text)).toEqual([]);
  expect(JOSE.exec(text)).toBeNull();
});

it('no execution history has one: ids are all it carries, and the task token that the workflow itself makes', async () => {
  const text = await historyText();
  expect(text.includes(changeId)).toBe(true);
  expect(found(text, ['task token'])).toEqual([]);
  expect(JOSE.exec(text)).toBeNull();
});

it('no push has one: a type and a change are all it says', async () => {
  const text = await allPushes();
  expect(text.includes(changeId)).toBe(true);
  expect(found(text, ['push token'])).toEqual([]);
  expect(JOSE.exec(text)).toBeNull();
});
