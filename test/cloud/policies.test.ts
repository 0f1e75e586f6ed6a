import { type Company, loadCompanies, nth } from './support/company.ts';
import { expectProblem } from './support/http.ts';
import { approval, openAdministrator, openPhone, openPhones } from './support/phone.ts';
import { RELEASE } from './support/web.ts';

let fourEyes: Company;
let byHolder: Company;
let byRequester: Company;
let fourEyesWithout: Company;

beforeAll(async () => {
  const loaded = await loadCompanies('policies', [
    { policy: 'OTHER_ADMINISTRATOR', administrators: 3, secondaries: 1 },
    { policy: 'HOLDER', administrators: 1, secondaries: 1 },
    { policy: 'REQUESTER', administrators: 2 },
    { policy: 'OTHER_ADMINISTRATOR', administrators: 1, secondaries: 1 },
  ]);
  fourEyes = nth(loaded, 0);
  byHolder = nth(loaded, 1);
  byRequester = nth(loaded, 2);
  fourEyesWithout = nth(loaded, 3);
});

describe('four eyes', () => {
  it('asks every other administrator, refuses the requester, and takes the first answer', async () => {
    const [asks, decides, late] = await Promise.all(fourEyes.administrators.map(openAdministrator));
    if (!asks || !decides || !late) throw new Error('Three administrators are needed');
    const [held] = await openPhones([nth(fourEyes.secondaries, 0)], asks.web);
    if (!held) throw new Error('A holder is needed');
    const change = await asks.web.hold(held.tokenId);
    expect(change.authorization?.policy).toBe('OTHER_ADMINISTRATOR');

    const waiting = await decides.phone.waiting(change.changeId);
    const lateWaiting = await late.phone.waiting(change.changeId);
    expect(lateWaiting).toEqual(waiting);
    expect(await asks.phone.waitingNow()).toEqual([]);
    expect(await held.waitingNow()).toEqual([]);
    expectProblem(
      await asks.phone.post(change.changeId, await asks.phone.sign(waiting, approval(change))),
      404,
      'NOT_FOUND',
    );
    expectProblem(await held.post(change.changeId, await held.sign(waiting, approval(change))), 404, 'NOT_FOUND');

    // The code is shown to the requester alone: the other administrator is told it.
    expect((await decides.web.change(change.changeId)).bindingCode).toBeUndefined();
    expect((await decides.phone.answer(change.changeId, approval(change))).status).toBe(200);
    const applied = await asks.web.until(change.changeId, 'APPLIED');
    expect(applied.authorization?.decidedBy).toEqual({
      userId: decides.phone.userId,
      fullName: decides.phone.person.fullName,
      username: decides.phone.person.username,
    });
    const tooLate = await late.phone.post(change.changeId, await late.phone.sign(lateWaiting, approval(change)));
    expectProblem(tooLate, 409, 'CHANGE_CLOSED', { change: { changeId: change.changeId, status: 'APPLIED' } });
  });

  it('never lets an administrator authorize what they asked for, also when nobody else is there', async () => {
    const alone = await openAdministrator(nth(fourEyesWithout.administrators, 0));
    const held = await openPhone(nth(fourEyesWithout.secondaries, 0), alone.web);
    const answer = await alone.web.ask(held.tokenId, RELEASE);
    expectProblem(answer, 409, 'NO_APPROVER_AVAILABLE', {
      support: expect.objectContaining({
        lines: [
          expect.objectContaining({ channel: 'PHONE', number: '018000 514652' }),
          expect.objectContaining({ channel: 'WHATSAPP', number: '318 671 4836' }),
        ],
      }),
    });
    expect(await alone.web.token(held.tokenId)).toEqual(
      expect.objectContaining({ status: 'ACTIVE', pendingChange: null }),
    );
  });
});

describe('the holder decides', () => {
  it('and the administrator who asked cannot', async () => {
    const asks = await openAdministrator(nth(byHolder.administrators, 0));
    const held = await openPhone(nth(byHolder.secondaries, 0), asks.web);
    const change = await asks.web.hold(held.tokenId);
    expect(change.authorization?.policy).toBe('HOLDER');
    const waiting = await held.waiting(change.changeId);
    expect(await asks.phone.waitingNow()).toEqual([]);
    expectProblem(
      await asks.phone.post(change.changeId, await asks.phone.sign(waiting, approval(change))),
      404,
      'NOT_FOUND',
    );
    expect((await held.answer(change.changeId, approval(change))).status).toBe(200);
    await asks.web.until(change.changeId, 'APPLIED');
    expect(await held.api.me()).toEqual(expect.objectContaining({ device: null }));
  });
});

describe('the requester decides', () => {
  it('except for their own lost phone, which another administrator replaces', async () => {
    const [lost, other] = await Promise.all(byRequester.administrators.map(openAdministrator));
    if (!lost || !other) throw new Error('Two administrators are needed');
    const change = await lost.web.hold(lost.phone.tokenId, { action: 'RELEASE', reason: 'PHONE_LOST' });
    expect(change.authorization?.policy).toBe('OTHER_ADMINISTRATOR');
    expect(await lost.phone.waitingNow()).toEqual([]);
    await other.phone.answer(change.changeId, approval(change));
    await other.web.until(change.changeId, 'APPLIED');
    expect(await lost.web.token(lost.phone.tokenId)).toEqual(
      expect.objectContaining({ status: 'RELEASED', device: null }),
    );
  });
});
