import { type Company, loadCompany, nth } from './support/company.ts';
import { expectProblem, patiently } from './support/http.ts';
import { type Administrator, approval, openAdministrator, openPhone } from './support/phone.ts';
import { BLOCK, UNBLOCK } from './support/web.ts';

let company: Company;
let administrator: Administrator;

beforeAll(async () => {
  company = await loadCompany('block', { administrators: 2, secondaries: 3 });
  administrator = await openAdministrator(nth(company.administrators, 0));
});

it('is applied at once and asks nobody; it supersedes a held release, whose approval then does nothing', async () => {
  const { web, phone } = administrator;
  const held = await openPhone(nth(company.secondaries, 0), web);
  const release = await web.hold(held.tokenId);
  const decision = await phone.sign(await phone.waiting(release.changeId), approval(release));
  expect(await web.block(held.tokenId)).toEqual(
    expect.objectContaining({
      action: 'BLOCK',
      reason: 'SUSPECTED_FRAUD',
      status: 'APPLIED',
      authorization: null,
      notification: { status: 'NOT_NEEDED' },
    }),
  );
  expect((await web.change(release.changeId)).status).toBe('SUPERSEDED');
  expect(await phone.waitingNow()).not.toContainEqual(expect.objectContaining({ changeId: release.changeId }));
  expectProblem(await phone.post(release.changeId, decision), 409, 'CHANGE_CLOSED', {
    change: { changeId: release.changeId, status: 'SUPERSEDED' },
  });
  expect(await web.token(held.tokenId)).toEqual(
    expect.objectContaining({
      status: 'BLOCKED',
      pendingChange: null,
      device: expect.objectContaining({ deviceId: held.deviceId }),
      availableActions: ['RELEASE', 'UNBLOCK'],
    }),
  );
  expectProblem(await web.ask(held.tokenId, BLOCK), 409, 'ACTION_NOT_AVAILABLE');
});

it('ends blocked when it races with an approval, whichever comes first', async () => {
  const { web, phone } = administrator;
  const held = await openPhone(nth(company.secondaries, 1), web);
  const release = await web.hold(held.tokenId);
  const decision = await phone.sign(await phone.waiting(release.changeId), approval(release));
  const [, answer] = await Promise.all([
    web.askPatiently(held.tokenId, BLOCK),
    patiently(() => phone.post(release.changeId, decision)),
  ]);
  expect([200, 409]).toContain(answer.status);
  const { status } = await web.change(release.changeId);
  expect(['SUPERSEDED', 'APPLIED']).toContain(status);
  expect((await web.token(held.tokenId)).status).toBe('BLOCKED');
});

it('stops the phone of a blocked administrator, not the web; an unblock gives the phone back what waits', async () => {
  const second = await openAdministrator(nth(company.administrators, 1));
  const held = await openPhone(nth(company.secondaries, 2), administrator.web);
  const release = await second.web.hold(held.tokenId);
  const decision = await second.phone.sign(await second.phone.waiting(release.changeId), approval(release));
  await administrator.web.block(second.phone.tokenId);
  expect(await second.phone.waitingNow()).toEqual([]);
  expectProblem(await second.phone.post(release.changeId, decision), 403, 'PROOF_REFUSED');
  expect((await second.web.token(second.phone.tokenId)).status).toBe('BLOCKED');

  const unblock = await administrator.web.hold(second.phone.tokenId, UNBLOCK);
  await administrator.phone.answer(unblock.changeId, approval(unblock));
  await administrator.web.until(unblock.changeId, 'APPLIED');
  expect((await second.phone.post(release.changeId, decision)).status).toBe(200);
  await second.web.until(release.changeId, 'APPLIED');
});
