import { type Company, loadCompany, nth } from './support/company.ts';
import { expectProblem, patiently } from './support/http.ts';
import { type Administrator, approval, openAdministrator, openApp, openPhone, type Phone } from './support/phone.ts';
import { BLOCK, openWeb, RELEASE, UNBLOCK } from './support/web.ts';

let company: Company;
let administrator: Administrator;

beforeAll(async () => {
  company = await loadCompany('block', { administrators: 3, secondaries: 9 });
  administrator = await openAdministrator(nth(company.administrators, 0));
});

const holder = (index: number): Promise<Phone> => openPhone(nth(company.secondaries, index), administrator.web);

/** Asks for a held change and sees it through. */
async function carryOut(tokenId: string, request: typeof RELEASE) {
  const { web, phone } = administrator;
  const change = await web.hold(tokenId, request);
  await phone.answer(change.changeId, approval(change));
  return web.until(change.changeId, 'APPLIED');
}

describe('a block', () => {
  it('is applied at once, asks nobody and keeps the phone', async () => {
    const { web } = administrator;
    const held = await holder(0);
    expect(await web.block(held.tokenId)).toEqual(
      expect.objectContaining({
        action: 'BLOCK',
        reason: 'SUSPECTED_FRAUD',
        status: 'APPLIED',
        authorization: null,
        notification: { status: 'NOT_NEEDED' },
      }),
    );
    expect(await web.token(held.tokenId)).toEqual(
      expect.objectContaining({
        status: 'BLOCKED',
        device: expect.objectContaining({ deviceId: held.deviceId }),
        availableActions: ['RELEASE', 'UNBLOCK'],
      }),
    );
  });

  it('supersedes a held release, whose approval then does nothing', async () => {
    const { web, phone } = administrator;
    const held = await holder(1);
    const release = await web.hold(held.tokenId);
    const decision = await phone.sign(await phone.waiting(release.changeId), approval(release));
    await web.block(held.tokenId);
    expect((await web.change(release.changeId)).status).toBe('SUPERSEDED');
    expect(await phone.waitingNow()).not.toContainEqual(expect.objectContaining({ changeId: release.changeId }));
    expectProblem(await phone.post(release.changeId, decision), 409, 'CHANGE_CLOSED', {
      change: { changeId: release.changeId, status: 'SUPERSEDED' },
    });
    expect(await web.token(held.tokenId)).toEqual(
      expect.objectContaining({ status: 'BLOCKED', pendingChange: null, device: expect.objectContaining({}) }),
    );
  });

  it('supersedes the unblock of a token that is already blocked, and is refused when there is nothing to supersede', async () => {
    const { web } = administrator;
    const held = await holder(2);
    await web.block(held.tokenId);
    expectProblem(await web.ask(held.tokenId, BLOCK), 409, 'ACTION_NOT_AVAILABLE');
    const unblock = await web.hold(held.tokenId, UNBLOCK);
    await web.block(held.tokenId);
    expect((await web.change(unblock.changeId)).status).toBe('SUPERSEDED');
    expect((await web.token(held.tokenId)).status).toBe('BLOCKED');
    // The state before the first block was kept, not the state before the second.
    await carryOut(held.tokenId, UNBLOCK);
    expect((await web.token(held.tokenId)).status).toBe('ACTIVE');
  });

  it('ends blocked when it races with an approval, whichever comes first', async () => {
    const { web, phone } = administrator;
    const held = await holder(3);
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

  it('stops the phone of a blocked administrator from deciding, and an unblock gives that back', async () => {
    const second = await openAdministrator(nth(company.administrators, 1));
    const held = await holder(4);
    const release = await second.web.hold(held.tokenId);
    const decision = await second.phone.sign(await second.phone.waiting(release.changeId), approval(release));
    await administrator.web.block(second.phone.tokenId);
    expect(await second.phone.waitingNow()).toEqual([]);
    expectProblem(await second.phone.post(release.changeId, decision), 403, 'PROOF_REFUSED');
    await carryOut(second.phone.tokenId, UNBLOCK);
    expect((await second.phone.post(release.changeId, decision)).status).toBe(200);
    await second.web.until(release.changeId, 'APPLIED');
  });
});

describe('after a block', () => {
  it('a release takes the seed and the phone', async () => {
    const held = await holder(5);
    await administrator.web.block(held.tokenId);
    await carryOut(held.tokenId, { action: 'RELEASE', reason: 'PHONE_STOLEN' });
    expect(await administrator.web.token(held.tokenId)).toEqual(
      expect.objectContaining({ status: 'RELEASED', device: null, availableActions: ['BLOCK'] }),
    );
  });

  it('an unblock returns an active token to its phone', async () => {
    const held = await holder(6);
    await administrator.web.block(held.tokenId, { action: 'BLOCK', reason: 'USER_ON_LEAVE' });
    await carryOut(held.tokenId, { action: 'UNBLOCK', reason: 'USER_RETURNED' });
    expect(await administrator.web.token(held.tokenId)).toEqual(
      expect.objectContaining({ status: 'ACTIVE', device: expect.objectContaining({ deviceId: held.deviceId }) }),
    );
  });

  it('an unblock returns a token that had no phone yet to waiting for one', async () => {
    const { tokenId } = await openApp(nth(company.secondaries, 7));
    await administrator.web.block(tokenId);
    expect((await administrator.web.token(tokenId)).status).toBe('BLOCKED');
    await carryOut(tokenId, UNBLOCK);
    expect((await administrator.web.token(tokenId)).status).toBe('PENDING_ENROLLMENT');
  });

  it('an unblock returns a released token to released', async () => {
    const held = await holder(8);
    await carryOut(held.tokenId, RELEASE);
    await administrator.web.block(held.tokenId);
    await carryOut(held.tokenId, UNBLOCK);
    expect((await administrator.web.token(held.tokenId)).status).toBe('RELEASED');
  });

  it('an administrator whose own token is blocked can still look and block at the web', async () => {
    const third = await openWeb(nth(company.administrators, 2));
    const { tokenId } = await openApp(nth(company.administrators, 2));
    await administrator.web.block(tokenId);
    expect((await third.token(tokenId)).status).toBe('BLOCKED');
  });
});
