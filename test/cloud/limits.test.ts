import { GetCommand, UpdateCommand } from '@aws-sdk/lib-dynamodb';
import { aws } from './support/aws.ts';
import { type Company, loadCompany, nth } from './support/company.ts';
import { eventually } from './support/eventually.ts';
import { type Answer, expectProblem } from './support/http.ts';
import { type Administrator, openAdministrator, openApp, openPhone, type Phone } from './support/phone.ts';
import { pushAbout, pushesTo } from './support/relay.ts';
import { stack } from './support/stack.ts';
import { BLOCK, RELEASE } from './support/web.ts';

let company: Company;
let first: Administrator;
let second: Administrator;

beforeAll(async () => {
  company = await loadCompany('limits', { administrators: 2, secondaries: 5 });
  [first, second] = await Promise.all([
    openAdministrator(nth(company.administrators, 0)),
    openAdministrator(nth(company.administrators, 1)),
  ]);
});

function expectToWait(answer: Answer, atMostSeconds: number): void {
  expectProblem(answer, 429, 'TOO_MANY_REQUESTS');
  const seconds = Number(answer.headers.get('retry-after'));
  expect(seconds).toBeGreaterThan(0);
  expect(seconds).toBeLessThanOrEqual(atMostSeconds);
}

it('holds at most three changes against one token in ten minutes, whoever asks, and never limits a block', async () => {
  const { tokenId } = await openPhone(nth(company.secondaries, 0), first.web);
  for (const web of [first.web, second.web, first.web]) {
    const change = await web.hold(tokenId);
    expect((await web.cancel(change.changeId)).status).toBe(200);
  }
  expectToWait(await first.web.ask(tokenId, RELEASE), 600);
  expectToWait(await second.web.ask(tokenId, RELEASE), 600);
  expect((await first.web.token(tokenId)).pendingChange).toBeNull();
  await first.web.block(tokenId, BLOCK);
  expectToWait(await first.web.ask(tokenId, { action: 'UNBLOCK', reason: 'FALSE_ALARM' }), 600);
});

/** Lets time pass for a phone: the latest of its pushes were made so much earlier. */
async function agePushes({ userId, deviceId }: Phone, seconds: number): Promise<void> {
  const Key = { pk: `USER#${userId}`, sk: `DEVICE#${deviceId}` };
  const { Item } = await aws.dynamodb().send(new GetCommand({ TableName: stack().tableName, Key }));
  const times = ['pushed1', 'pushed2', 'pushed3'].map((name) => Number(Item?.[name]));
  expect(times).toEqual([...times].sort((one, other) => other - one));
  await aws.dynamodb().send(
    new UpdateCommand({
      TableName: stack().tableName,
      Key,
      UpdateExpression: 'SET pushed1 = pushed1 - :earlier, pushed2 = pushed2 - :earlier, pushed3 = pushed3 - :earlier',
      ExpressionAttributeValues: { ':earlier': seconds * 1000 },
    }),
  );
}

it('pushes to a phone three times in ten minutes; further changes are held without a push and can be pulled', async () => {
  const fresh = await loadCompany('pushes', { administrators: 1, secondaries: 5 });
  const { web, phone } = await openAdministrator(nth(fresh.administrators, 0));
  const notified: string[] = [];
  for (const [index, person] of fresh.secondaries.entries()) {
    const { tokenId } = await openPhone(person, web);
    if (index === 4) await agePushes(phone, 600);
    const { changeId } = await web.hold(tokenId);
    const { notification } = await eventually(
      () => web.change(changeId),
      (change) => change.notification.status !== 'PENDING',
    );
    notified.push(notification.status);
    if (notification.status === 'SENT') await pushAbout(phone.pushToken, changeId, 'AUTHORIZATION_PENDING');
    else expect((await phone.waiting(changeId)).attemptsLeft).toBe(3);
  }
  expect(notified).toEqual(['SENT', 'SENT', 'SENT', 'NOT_NEEDED', 'SENT']);
  const prompts = (await pushesTo(phone.pushToken)).filter(({ payload }) =>
    JSON.stringify(payload).includes('AUTHORIZATION_PENDING'),
  );
  expect(prompts).toHaveLength(4);
});

it('gives five activation codes an hour for one token, and goes on giving them for another', async () => {
  const [one, other] = await Promise.all([openApp(nth(company.secondaries, 1)), openApp(nth(company.secondaries, 2))]);
  for (let count = 0; count < 5; count++) await first.web.activationCode(one.tokenId);
  expectToWait(await second.web.send('POST', `/tokens/${one.tokenId}/activation-codes`), 3600);
  await first.web.activationCode(other.tokenId);
});

it('takes thirty refused decisions a minute from one caller, and lets others go on', async () => {
  const { tokenId } = await openPhone(nth(company.secondaries, 3), second.web);
  const change = await second.web.hold(tokenId);
  const waiting = await second.phone.waiting(change.changeId);
  const refusals: Answer[] = [];
  for (let count = 0; count < 30; count++) refusals.push(await second.phone.post(change.changeId, 'a.b.c'));
  expect(new Set(refusals.map(({ status }) => status))).toEqual(new Set([403]));
  const good = await second.phone.sign(waiting, { decision: 'REJECT' });
  expectToWait(await second.phone.post(change.changeId, good), 60);
  expect((await second.web.change(change.changeId)).status).toBe('PENDING_AUTHORIZATION');

  const another = await openPhone(nth(company.secondaries, 4), first.web);
  const others = await first.web.hold(another.tokenId);
  expect((await first.phone.answer(others.changeId, { decision: 'REJECT' })).status).toBe(200);
});
