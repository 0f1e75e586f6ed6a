import { randomUUID } from 'node:crypto';
import { ListExecutionsCommand } from '@aws-sdk/client-sfn';
import { aws } from './support/aws.ts';
import { type Company, loadCompany, nth } from './support/company.ts';
import { eventually } from './support/eventually.ts';
import { expectProblem } from './support/http.ts';
import { type Administrator, approval, openAdministrator, openPhone, type Phone } from './support/phone.ts';
import { pushAbout, pushesTo } from './support/relay.ts';
import { changeSchema } from './support/shapes.ts';
import { stack } from './support/stack.ts';
import { BLOCK, listAll, RELEASE } from './support/web.ts';

let company: Company;
let administrator: Administrator;
let second: Administrator;

beforeAll(async () => {
  company = await loadCompany('idempotency', { administrators: 2, secondaries: 10 });
  [administrator, second] = await Promise.all([
    openAdministrator(nth(company.administrators, 0)),
    openAdministrator(nth(company.administrators, 1)),
  ]);
});

const holder = (index: number): Promise<Phone> => openPhone(nth(company.secondaries, index), administrator.web);

const listChanges = async (tokenId: string) =>
  (await listAll(administrator.web, '/changes', changeSchema)).filter((change) => change.tokenId === tokenId);

describe('the same key again', () => {
  it('gives the same change as it now is, for ever with the first status', async () => {
    const { web, phone } = administrator;
    const { tokenId } = await holder(0);
    const key = randomUUID();
    const change = await web.hold(tokenId, RELEASE, key);
    const retried = await web.hold(tokenId, RELEASE, key);
    // The approvers and the holder are told meanwhile: how far that is may differ between two looks.
    const told = { notification: expect.any(Object), notices: expect.any(Array) };
    expect(retried).toEqual({ ...change, ...told, updatedAt: expect.any(String) });

    await eventually(
      () => web.change(change.changeId),
      ({ notification }) => notification.status !== 'PENDING',
    );
    await phone.answer(change.changeId, approval(change));
    const applied = await web.until(change.changeId, 'APPLIED');
    const afterwards = await web.ask(tokenId, RELEASE, key);
    expect({ status: afterwards.status, body: afterwards.body }).toEqual({
      status: 202,
      body: { ...applied, ...told },
    });
    expect(await listChanges(tokenId)).toHaveLength(1);
  });

  it('gives the same change to twenty who come together: one change, one execution, one push', async () => {
    const { web, phone } = administrator;
    const { tokenId } = await holder(1);
    const key = randomUUID();
    const answers = await Promise.all(Array.from({ length: 20 }, () => web.askPatiently(tokenId, RELEASE, key)));
    expect(answers.map(({ status }) => status)).toEqual(Array.from({ length: 20 }, () => 202));
    const ids = new Set(answers.map(({ body }) => changeSchema.parse(body).changeId));
    expect(ids.size).toBe(1);
    const [changeId = ''] = ids;
    await pushAbout(phone.pushToken, changeId, 'AUTHORIZATION_PENDING');
    expect(await listChanges(tokenId)).toHaveLength(1);
    const { executions } = await aws
      .states()
      .send(new ListExecutionsCommand({ stateMachineArn: stack().stateMachineArn, maxResults: 1000 }));
    expect(executions?.filter(({ name }) => name === changeId)).toHaveLength(1);
    const pushes = (await pushesTo(phone.pushToken)).filter((push) => JSON.stringify(push.payload).includes(changeId));
    expect(pushes).toHaveLength(1);
    expect((await web.events(tokenId)).filter(({ type }) => type === 'CHANGE_REQUESTED')).toHaveLength(1);
    expect((await phone.waitingNow()).filter((item) => item.changeId === changeId)).toHaveLength(1);
  });

  it('gives the same block to twenty who come together', async () => {
    const { web } = administrator;
    const { tokenId } = await holder(2);
    const key = randomUUID();
    const answers = await Promise.all(Array.from({ length: 20 }, () => web.askPatiently(tokenId, BLOCK, key)));
    expect(new Set(answers.map(({ status, body }) => `${status} ${changeSchema.parse(body).changeId}`)).size).toBe(1);
    expect(await listChanges(tokenId)).toEqual([expect.objectContaining({ action: 'BLOCK', status: 'APPLIED' })]);
  });

  it('takes the same JSON written otherwise for the same request', async () => {
    const { web } = administrator;
    const { tokenId } = await holder(3);
    const key = randomUUID();
    const change = await web.hold(tokenId, { ...RELEASE, note: 'Año nuevo' }, key);
    const answer = await web.send('POST', `/tokens/${tokenId}/changes`, {
      rawBody: '{ "note": "A\\u00f1o nuevo",\n "reason": "PHONE_CHANGED", "action":"RELEASE" }',
      headers: { 'idempotency-key': key },
    });
    expect(answer.status).toBe(202);
    expect(changeSchema.parse(answer.body).changeId).toBe(change.changeId);
  });

  it.each([
    ['another reason', { action: 'RELEASE', reason: 'PHONE_LOST' }],
    ['another action', { action: 'BLOCK', reason: 'PHONE_LOST' }],
    ['a note', { ...RELEASE, note: 'Otra' }],
  ])('is refused for %s, and changes nothing', async (_, other) => {
    const { web } = administrator;
    const { tokenId } = await theHolder();
    const { changeId } = await theChange();
    expectProblem(await web.ask(tokenId, other, KEY), 422, 'IDEMPOTENCY_KEY_REUSED');
    expect(await listChanges(tokenId)).toEqual([expect.objectContaining({ changeId })]);
  });

  it('is refused for another token', async () => {
    await theChange();
    const another = await holder(5);
    expectProblem(await administrator.web.ask(another.tokenId, RELEASE, KEY), 422, 'IDEMPOTENCY_KEY_REUSED');
    expect(await listChanges(another.tokenId)).toEqual([]);
  });

  it('is another key from another administrator', async () => {
    const { tokenId } = await holder(6);
    const key = randomUUID();
    const change = await administrator.web.hold(tokenId, RELEASE, key);
    await administrator.web.cancel(change.changeId);
    expect((await second.web.hold(tokenId, RELEASE, key)).changeId).not.toBe(change.changeId);
  });

  const KEY = randomUUID();
  let held: Promise<Phone> | undefined;
  const theHolder = () => {
    held ??= holder(4);
    return held;
  };
  const theChange = async () => administrator.web.hold((await theHolder()).tokenId, RELEASE, KEY);
});

describe('a key', () => {
  it('is not consumed by a refusal', async () => {
    const { web } = administrator;
    const { tokenId } = await holder(7);
    const key = randomUUID();
    expectProblem(
      await web.ask(tokenId, { action: 'UNBLOCK', reason: 'FALSE_ALARM' }, key),
      409,
      'ACTION_NOT_AVAILABLE',
    );
    expect((await web.hold(tokenId, RELEASE, key)).status).toBe('PENDING_AUTHORIZATION');
  });

  it('is required', async () => {
    const { tokenId } = await theToken();
    const answer = await administrator.web.send('POST', `/tokens/${tokenId}/changes`, { body: RELEASE });
    expectProblem(answer, 400, 'IDEMPOTENCY_KEY_REQUIRED');
  });

  it.each([
    ['256 characters', 'k'.repeat(256)],
    ['a blank in the middle', 'a b'],
    ['a letter outside ASCII', 'ñ'],
  ])('is refused with %s', async (_, key) => {
    const { tokenId } = await theToken();
    expectProblem(await administrator.web.ask(tokenId, RELEASE, key), 400, 'VALIDATION_FAILED', {
      errors: [{ path: expect.any(String), message: expect.any(String) }],
    });
  });

  it('of 255 characters is taken', async () => {
    const { tokenId } = await theToken();
    const key = `${randomUUID()}${'!~'.repeat(110)}`.slice(0, 255);
    expect((await administrator.web.hold(tokenId, RELEASE, key)).status).toBe('PENDING_AUTHORIZATION');
  });

  let held: Promise<Phone> | undefined;
  const theToken = () => {
    held ??= holder(8);
    return held;
  };
});

it('lets one of twenty different requests through and tells the others that a change is pending', async () => {
  const { web } = administrator;
  const { tokenId } = await holder(9);
  const answers = await Promise.all(Array.from({ length: 20 }, () => web.askPatiently(tokenId, RELEASE)));
  const accepted = answers.filter(({ status }) => status === 202);
  expect(accepted).toHaveLength(1);
  for (const answer of answers.filter(({ status }) => status !== 202)) {
    expectProblem(answer, 409, 'CHANGE_ALREADY_PENDING');
  }
  expect(await listChanges(tokenId)).toHaveLength(1);
});
