import { randomUUID } from 'node:crypto';
import { InvokeCommand } from '@aws-sdk/client-lambda';
import { createKeys } from '../../../phone/protocol/index.ts';
import { aws, functionName } from '../support/aws.ts';
import { type Company, loadCompany, nth } from '../support/company.ts';
import { type Answer, expectProblem, indistinct } from '../support/http.ts';
import { withKeyDisabled } from '../support/kms.ts';
import { type BankSystem, computeCode, openSystem } from '../support/otp.ts';
import { type Administrator, approval, enrolPhone, openAdministrator, openApp, openPhones } from '../support/phone.ts';
import { type Change, changeSchema, pageSchema, tokenSchema } from '../support/shapes.ts';
import { UNBLOCK } from '../support/web.ts';

/** Runbook, "A key is disabled". */

let company: Company;
let administrator: Administrator;
let verify: BankSystem['verify'];

beforeAll(async () => {
  company = await loadCompany('keys', { administrators: 1, secondaries: 5 });
  [administrator, { verify }] = await Promise.all([openAdministrator(nth(company.administrators, 0)), openSystem()]);
});

/** The answer while a key is disabled: it says that the call failed, and not why. */
function expectFailed(answer: Answer): void {
  expectProblem(answer, 500, 'INTERNAL');
  expect(JSON.stringify(answer.body)).not.toMatch(/kms|key|arn:|disabled/i);
}

const readEvents = async (tokenId: string, type: string) =>
  (await administrator.web.events(tokenId)).filter((event) => event.type === type);

describe('while the key of the seeds is disabled', () => {
  it('no code is good, whoever’s it is, and none is used up', async () => {
    const { web } = administrator;
    const [active, released] = await openPhones(company.secondaries.slice(0, 2), web);
    if (!active || !released) throw new Error('Two holders are needed');
    await release(released.tokenId);
    const code = await computeCode(active);
    const answers = await withKeyDisabled('Seed', () =>
      Promise.all([verify(active.userId, code), verify(released.userId, code), verify(randomUUID(), code)]),
    );
    for (const answer of answers) expectFailed(answer);
    expect(new Set(answers.map((answer) => JSON.stringify(indistinct(answer)))).size).toBe(1);
    expect((await verify(active.userId, code)).body).toEqual({ valid: true });
    expect((await verify(active.userId, code)).body).toEqual({ valid: false });
  });

  it('nobody enrols, and the activation code is good afterwards', async () => {
    const { web } = administrator;
    const app = await openApp(nth(company.secondaries, 2));
    const code = await web.activationCode(app.tokenId);
    const keys = await createKeys();
    const refused = await withKeyDisabled('Seed', () =>
      // Oftener than wrong codes are allowed: a try that failed here is none of them.
      Promise.all(Array.from({ length: 6 }, () => enrolPhone(app, code, { keys }).catch((error: unknown) => error))),
    );
    for (const error of refused) expect(error).toEqual(expect.objectContaining({ status: 500, code: 'INTERNAL' }));
    expect(await web.token(app.tokenId)).toEqual(
      expect.objectContaining({ status: 'PENDING_ENROLLMENT', device: null }),
    );
    expect(await readEvents(app.tokenId, 'TOKEN_ENROLLED')).toEqual([]);

    const phone = await enrolPhone(app, code, { keys });
    expect((await web.token(app.tokenId)).device?.deviceId).toBe(phone.deviceId);
    expect(await readEvents(app.tokenId, 'TOKEN_ENROLLED')).toHaveLength(1);
    expect((await verify(phone.userId, await computeCode(phone))).body).toEqual({ valid: true });
  });

  it('a release, a block and an unblock go on', async () => {
    const { web, phone } = administrator;
    const [released, blocked] = await openPhones(company.secondaries.slice(3, 5), web);
    if (!released || !blocked) throw new Error('Two holders are needed');
    await withKeyDisabled('Seed', async () => {
      await release(released.tokenId);
      await web.block(blocked.tokenId);
      const unblock = await web.hold(blocked.tokenId, UNBLOCK);
      await phone.answer(unblock.changeId, approval(unblock));
      await web.until(unblock.changeId, 'APPLIED');
    });
    expect((await web.token(released.tokenId)).status).toBe('RELEASED');
    expect((await verify(blocked.userId, await computeCode(blocked))).body).toEqual({ valid: true });
  });
});

async function release(tokenId: string): Promise<Change> {
  const { web, phone } = administrator;
  const change = await web.hold(tokenId);
  await phone.answer(change.changeId, approval(change));
  return web.until(change.changeId, 'APPLIED');
}

describe('while another key is disabled', () => {
  it('that of the receipts, there is no receipt; the release is there, and its receipt afterwards', async () => {
    const { web } = administrator;
    const { items } = await web.get('/changes?status=APPLIED&limit=1', pageSchema(changeSchema));
    const path = `/changes/${nth(items, 0).changeId}/receipt`;
    expectFailed(await withKeyDisabled('Receipt', () => web.send('GET', path)));
    expect((await web.send('GET', path)).status).toBe(200);
  });

  it('that of the cursors, a list that goes on is refused, one that does not is given', async () => {
    const { web } = administrator;
    const { nextCursor } = await web.get('/tokens?limit=1', pageSchema(tokenSchema));
    const following = `/tokens?limit=1&cursor=${encodeURIComponent(nextCursor ?? '')}`;
    await withKeyDisabled('Cursor', async () => {
      expectFailed(await web.send('GET', '/tokens?limit=1'));
      expectFailed(await web.send('GET', following));
      expect((await web.send('GET', '/tokens?limit=100')).status).toBe(200);
    });
    expect((await web.send('GET', following)).status).toBe(200);
  });

  it('that of the days, no day is signed; the next run signs it', async () => {
    const through = new Date().toISOString().slice(0, 10);
    const signDay = async () =>
      aws
        .lambda()
        .send(
          new InvokeCommand({ FunctionName: await functionName('sign-day'), Payload: JSON.stringify({ through }) }),
        );
    // The archive's clock counts whole seconds: what is signed is what was there before this one.
    await new Promise((resolve) => setTimeout(resolve, 1100));
    expect((await withKeyDisabled('Day', signDay)).FunctionError).toBe('Unhandled');
    const { FunctionError, Payload } = await signDay();
    expect(FunctionError).toBeUndefined();
    expect(JSON.parse(Payload?.transformToString() ?? '')).toEqual(expect.objectContaining({ signed: [through] }));
  });
});
