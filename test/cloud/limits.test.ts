import { type Company, loadCompany, nth } from './support/company.ts';
import { eventually } from './support/eventually.ts';
import { type Answer, expectProblem } from './support/http.ts';
import { type Administrator, openAdministrator, openPhone } from './support/phone.ts';
import { pushAbout, pushesTo } from './support/relay.ts';
import { BLOCK, RELEASE, UNBLOCK } from './support/web.ts';

let company: Company;
let first: Administrator;
let second: Administrator;

beforeAll(async () => {
  company = await loadCompany('limits', { administrators: 2, secondaries: 2 });
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

it('holds three changes against one token in ten minutes, whoever asks, never limits a block, and pushes a phone thrice', async () => {
  const { tokenId } = await openPhone(nth(company.secondaries, 0), first.web);
  for (let count = 0; count < 3; count += 1) {
    const change = await first.web.hold(tokenId);
    await pushAbout(first.phone.pushToken, change.changeId, 'AUTHORIZATION_PENDING');
    expect((await first.web.cancel(change.changeId)).status).toBe(200);
  }
  expectToWait(await first.web.ask(tokenId, RELEASE), 600);
  expectToWait(await second.web.ask(tokenId, RELEASE), 600);
  await first.web.block(tokenId, BLOCK);
  expectToWait(await first.web.ask(tokenId, UNBLOCK), 600);

  // A fourth is held without a push, and can be pulled.
  const other = await openPhone(nth(company.secondaries, 1), first.web);
  const { changeId } = await first.web.hold(other.tokenId);
  expect((await first.phone.waiting(changeId)).attemptsLeft).toBe(3);
  const { notification } = await eventually(
    () => first.web.change(changeId),
    (change) => change.notification.status !== 'PENDING',
  );
  expect(notification).toEqual({ status: 'NOT_NEEDED' });
  expect(JSON.stringify(await pushesTo(first.phone.pushToken))).not.toContain(changeId);
});
