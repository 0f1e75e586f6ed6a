import { type Company, loadCompany, nth } from './support/company.ts';
import { type Answer, call, expectProblem } from './support/http.ts';
import { type BankSystem, computeCode, openSystem } from './support/otp.ts';
import { type Administrator, approval, openAdministrator, openPhone, type Phone } from './support/phone.ts';

let company: Company;
let system: BankSystem;
const verify = (userId: string, code: string) => system.verify(userId, code);
let administrator: Administrator;

beforeAll(async () => {
  company = await loadCompany('codes', { policy: 'REQUESTER', administrators: 1, secondaries: 7 });
  administrator = await openAdministrator(nth(company.administrators, 0));
  system = await openSystem();
});

/** Six digits that are none of the phone's good codes. */
async function wrongCode(phone: Phone): Promise<string> {
  const good = await Promise.all([-2, -1, 0, 1, 2].map((steps) => computeCode(phone, steps)));
  return ['000000', '111111', '222222', '333333', '444444', '555555'].find((code) => !good.includes(code)) ?? '666666';
}

const YES = { status: 200, body: { valid: true } };
const NO = { status: 200, body: { valid: false } };
const said = ({ status, body }: Answer) => ({ status, body });

describe('a one-time code', () => {
  it('is good once, also when two arrive together, and one step of drift either way', async () => {
    const { web } = administrator;
    const phone = await openPhone(nth(company.secondaries, 0), web);
    const code = await computeCode(phone);
    const together = await Promise.all([verify(phone.userId, code), verify(phone.userId, code)]);
    expect(together.map((answer) => answer.body)).toEqual(expect.arrayContaining([{ valid: true }, { valid: false }]));
    expect(said(await verify(phone.userId, code))).toEqual(NO);
    expect(said(await verify(phone.userId, await computeCode(phone, 1)))).toEqual(YES);
  });

  it('is the same with spaces and hyphens in it, and none with anything else', async () => {
    const phone = await openPhone(nth(company.secondaries, 6), administrator.web);
    const code = await computeCode(phone);
    for (const other of [`${code}x`, `+${code}`, `${code}0`, code.slice(1), '', `${code}${' '.repeat(64)}`]) {
      const errors = [{ path: 'code', message: expect.any(String) }];
      expectProblem(await verify(phone.userId, other), 400, 'VALIDATION_FAILED', { errors });
    }
    const [first, second] = [code.slice(0, 3), code.slice(3)];
    expect(said(await verify(phone.userId, ` ${first}\u00A0\u2013${second}-\u2212 `))).toEqual(YES);
    expect(said(await verify(phone.userId, `${first} ${second}`))).toEqual(NO);
  });

  it('is refused the moment a block returns', async () => {
    const { web } = administrator;
    const phone = await openPhone(nth(company.secondaries, 1), web);
    expect(said(await verify(phone.userId, await computeCode(phone)))).toEqual(YES);
    await web.block(phone.tokenId);
    expect(said(await verify(phone.userId, await computeCode(phone, 1)))).toEqual(NO);
  });

  it('is refused after a release, and good again after a new enrolment with the new seed alone', async () => {
    const { web, phone: own } = administrator;
    const holder = nth(company.secondaries, 2);
    const released = await openPhone(holder, web);
    expect(said(await verify(released.userId, await computeCode(released)))).toEqual(YES);
    const change = await web.hold(released.tokenId);
    expect((await own.answer(change.changeId, approval(change))).status).toBe(200);
    await web.until(change.changeId, 'APPLIED');
    expect(said(await verify(released.userId, await computeCode(released, 1)))).toEqual(NO);

    const enrolled = await openPhone({ ...holder, activationCode: undefined }, web);
    expect(said(await verify(enrolled.userId, await computeCode(released, 1)))).toEqual(NO);
    expect(said(await verify(enrolled.userId, await computeCode(enrolled)))).toEqual(YES);
  });

  it('is never good for an unknown user, who is counted like any other', async () => {
    const unknown = `nobody-${Date.now()}`;
    const answers: Answer[] = [];
    for (let i = 0; i < 6; i++) answers.push(await verify(unknown, '123456'));
    expect(answers.slice(0, 5).map(said)).toEqual([NO, NO, NO, NO, NO]);
    const last = answers[5];
    if (!last) throw new Error('Six answers are needed');
    expectProblem(last, 429, 'TOO_MANY_REQUESTS');
    expect(Number(last.headers.get('retry-after'))).toBeGreaterThan(290);
  });

  it('is refused with the right code too while its user rests, and other users are not', async () => {
    const { web } = administrator;
    const [tired, fresh] = await Promise.all([
      openPhone(nth(company.secondaries, 3), web),
      openPhone(nth(company.secondaries, 4), web),
    ]);
    const wrong = await wrongCode(tired);
    for (let i = 0; i < 5; i++) expect(said(await verify(tired.userId, wrong))).toEqual(NO);
    expectProblem(await verify(tired.userId, await computeCode(tired)), 429, 'TOO_MANY_REQUESTS');
    expect(said(await verify(fresh.userId, await computeCode(fresh)))).toEqual(YES);
  });

  it.each([
    ['five digits', { userId: 'x', code: '12345' }, 'code'],
    ['letters', { userId: 'x', code: 'abcdef' }, 'code'],
    ['no user', { code: '123456' }, 'userId'],
    ['a company', { userId: 'x', code: '123456', companyId: 'Y' }, 'companyId'],
  ])('is not asked for with %s', async (_what, body, path) => {
    const answer = await call(system.accessToken, 'POST', '/otp/verifications', { body });
    expectProblem(answer, 400, 'VALIDATION_FAILED', { errors: [{ path, message: expect.any(String) }] });
  });

  it('is not verified for a person’s access token', async () => {
    const { web } = administrator;
    const { status } = await web.send('POST', '/otp/verifications', { body: { userId: 'x', code: '123456' } });
    expect([401, 403]).toContain(status);
  });
});
