import { type Company, loadCompany, nth } from './support/company.ts';
import { expectProblem } from './support/http.ts';
import { type Administrator, openAdministrator, openPhone } from './support/phone.ts';
import { openWeb } from './support/web.ts';

let company: Company;
let administrator: Administrator;

beforeAll(async () => {
  company = await loadCompany('code', { administrators: 2, secondaries: 3 });
  administrator = await openAdministrator(nth(company.administrators, 0));
});

/** A held release and what this phone answers to a code. */
async function heldRelease(index: number) {
  const { web, phone } = administrator;
  const { tokenId } = await openPhone(nth(company.secondaries, index), web);
  const change = await web.hold(tokenId);
  const waiting = await phone.waiting(change.changeId);
  /** The right code, moved on by so much: never the right one. */
  const wrong = (by: number): string => String((Number(change.bindingCode) + by) % 1_000_000).padStart(6, '0');
  const tell = async (bindingCode: string) =>
    phone.post(change.changeId, await phone.sign(waiting, { decision: 'APPROVE', bindingCode }));
  return { change, wrong, tell };
}

it('is shown to the person who asked and to nobody else, while the change is held', async () => {
  const { change } = await heldRelease(0);
  const colleague = await openWeb(nth(company.administrators, 1));
  expect((await administrator.web.change(change.changeId)).bindingCode).toBe(change.bindingCode);
  expect((await colleague.change(change.changeId)).bindingCode).toBeUndefined();
  const cancelled = await administrator.web.cancel(change.changeId);
  expect(cancelled.body).not.toHaveProperty('bindingCode');
  expect((await administrator.web.change(change.changeId)).bindingCode).toBeUndefined();
});

it('rejects the change at the third distinct wrong one, and later ones are too late', async () => {
  const { change, wrong, tell } = await heldRelease(1);
  expectProblem(await tell(wrong(1)), 403, 'BINDING_CODE_MISMATCH', { attemptsLeft: 2 });
  expectProblem(await tell(wrong(1)), 403, 'BINDING_CODE_MISMATCH', { attemptsLeft: 2 });
  expectProblem(await tell(wrong(2)), 403, 'BINDING_CODE_MISMATCH', { attemptsLeft: 1 });
  expect((await administrator.phone.waiting(change.changeId)).attemptsLeft).toBe(1);
  expectProblem(await tell(wrong(3)), 403, 'BINDING_CODE_MISMATCH', { attemptsLeft: 0 });
  expect((await administrator.web.change(change.changeId)).status).toBe('REJECTED');
  const closed = { change: { changeId: change.changeId, status: 'REJECTED' } };
  expectProblem(await tell(wrong(4)), 409, 'CHANGE_CLOSED', closed);
  expectProblem(await tell(change.bindingCode ?? ''), 409, 'CHANGE_CLOSED', closed);
  expect((await administrator.web.token(change.tokenId)).status).toBe('ACTIVE');
});

it('is taken after two wrong ones, which count one each also when they come together', async () => {
  const { change, wrong, tell } = await heldRelease(2);
  const answers = await Promise.all([tell(wrong(1)), tell(wrong(2))]);
  expect(answers.map(({ body }) => body)).toEqual(
    expect.arrayContaining([
      expect.objectContaining({ attemptsLeft: 2 }),
      expect.objectContaining({ attemptsLeft: 1 }),
    ]),
  );
  expect((await tell(change.bindingCode ?? '')).status).toBe(200);
  await administrator.web.until(change.changeId, 'APPLIED');
});
