import { randomUUID } from 'node:crypto';
import { DescribeExecutionCommand, ListExecutionsCommand } from '@aws-sdk/client-sfn';
import { changeNumber } from '../../shared/domain/change-number.ts';
import { aws } from './support/aws.ts';
import { type Company, loadCompany, nth } from './support/company.ts';
import { eventually } from './support/eventually.ts';
import { expectProblem } from './support/http.ts';
import { type Administrator, approval, openAdministrator, openPhone, type Phone, REJECTION } from './support/phone.ts';
import { HOLD_SECONDS } from './support/port.ts';
import { pushAbout, pushesTo } from './support/relay.ts';
import { changeSchema } from './support/shapes.ts';
import { stack } from './support/stack.ts';
import { BLOCK, listAll, RELEASE } from './support/web.ts';

let company: Company;
let administrator: Administrator;

beforeAll(async () => {
  company = await loadCompany('release', { administrators: 2, secondaries: 7 });
  administrator = await openAdministrator(nth(company.administrators, 0));
});

const holder = (index: number): Promise<Phone> => openPhone(nth(company.secondaries, index), administrator.web);

/** The change once its prompt was sent, or could not be: what it says of that changes no more. */
const notified = (changeId: string) =>
  eventually(
    () => administrator.web.change(changeId),
    ({ notification }) => notification.status !== 'PENDING',
  );

function executionStatus(changeId: string): Promise<string | undefined> {
  const executionArn = `${stack().stateMachineArn.replace(':stateMachine:', ':execution:')}:${changeId}`;
  return aws
    .states()
    .send(new DescribeExecutionCommand({ executionArn }))
    .then(({ status }) => status);
}

describe('a release that is authorized', () => {
  it('is held, pushed, shown, signed, applied and recorded, and the token ends released without a phone', async () => {
    const { web, phone } = administrator;
    const held = await holder(0);
    const change = await web.hold(held.tokenId, { ...RELEASE, note: 'Cambió de celular' });
    const requestedBy = { userId: phone.userId, fullName: phone.person.fullName };
    const requester = { ...requestedBy, username: phone.person.username };
    const heldBy = { userId: held.userId, fullName: held.person.fullName };
    expect(change).toEqual({
      changeId: expect.any(String),
      number: changeNumber(change.changeId),
      tokenId: held.tokenId,
      action: 'RELEASE',
      reason: 'PHONE_CHANGED',
      note: 'Cambió de celular',
      status: 'PENDING_AUTHORIZATION',
      requestedBy: requester,
      holder: { ...heldBy, username: held.person.username },
      authorization: { policy: 'REQUESTER', expiresAt: expect.any(String) },
      notification: { status: expect.stringMatching(/^(PENDING|SENT)$/) },
      notices: expect.any(Array),
      createdAt: expect.any(String),
      updatedAt: expect.any(String),
      bindingCode: expect.stringMatching(/^\d{6}$/),
    });
    const heldFor = Date.parse(change.authorization?.expiresAt ?? '') - Date.parse(change.createdAt);
    expect(heldFor).toBe(HOLD_SECONDS * 1000);

    const push = await pushAbout(phone.pushToken, change.changeId, 'AUTHORIZATION_PENDING');
    expect(JSON.stringify(push.payload)).not.toContain(held.tokenId);
    expect((await notified(change.changeId)).notification).toEqual({ status: 'SENT' });
    expect((await web.change(change.changeId)).bindingCode).toBe(change.bindingCode);

    const waiting = await phone.waiting(change.changeId);
    expect(waiting).toEqual({
      changeId: change.changeId,
      challenge: {
        changeId: change.changeId,
        companyId: company.companyId,
        tokenId: held.tokenId,
        holder: heldBy,
        action: 'RELEASE',
        reason: 'PHONE_CHANGED',
        note: 'Cambió de celular',
        requestedBy,
        createdAt: change.createdAt,
        expiresAt: change.authorization?.expiresAt,
        nonce: expect.any(String),
      },
      attemptsLeft: 3,
      names: {
        company: company.name,
        usernames: { [held.userId]: held.person.username, [phone.userId]: phone.person.username },
      },
    });

    const answer = await phone.post(change.changeId, await phone.sign(waiting, approval(change)));
    expect({ status: answer.status, body: answer.body }).toEqual({
      status: 200,
      body: { changeId: change.changeId, status: expect.stringMatching(/^(AUTHORIZED|APPLIED)$/) },
    });

    const applied = await web.until(change.changeId, 'APPLIED');
    expect(applied).toEqual({
      ...change,
      status: 'APPLIED',
      authorization: { ...change.authorization, decidedBy: requester, decidedAt: expect.any(String) },
      notification: { status: 'SENT' },
      notices: expect.any(Array),
      updatedAt: expect.any(String),
      bindingCode: undefined,
      outcome: { cause: 'APPROVED', by: requester },
    });
    expect(await web.token(held.tokenId)).toEqual(
      expect.objectContaining({ status: 'RELEASED', device: null, pendingChange: null, availableActions: ['BLOCK'] }),
    );
    expect((await held.api.me()).device).toBeNull();
    expect((await web.events(held.tokenId)).map(({ type }) => type)).toEqual(
      expect.arrayContaining(['TOKEN_ENROLLED', 'CHANGE_REQUESTED', 'CHANGE_AUTHORIZED', 'CHANGE_APPLIED']),
    );
    await eventually(
      () => executionStatus(change.changeId),
      (status) => status === 'SUCCEEDED',
    );
  });

  it('lets the user enrol again with a new code and new keys', async () => {
    const { web, phone } = administrator;
    const held = await holder(1);
    const change = await web.hold(held.tokenId);
    await phone.answer(change.changeId, approval(change));
    await web.until(change.changeId, 'APPLIED');
    const again = await holder(1);
    expect(again.deviceId).not.toBe(held.deviceId);
    expect(again.seed.secret).not.toBe(held.seed.secret);
    expect((await web.token(held.tokenId)).status).toBe('ACTIVE');
  });
});

describe('a release that is not authorized', () => {
  it('ends rejected when the phone says no, and the token stays as it was', async () => {
    const { web, phone } = administrator;
    const held = await holder(2);
    const before = await web.token(held.tokenId);
    const change = await web.hold(held.tokenId);
    const answer = await phone.answer(change.changeId, REJECTION);
    expect(answer.body).toEqual({ changeId: change.changeId, status: 'REJECTED' });
    expect(await web.change(change.changeId)).toEqual(
      expect.objectContaining({
        status: 'REJECTED',
        authorization: expect.objectContaining({ decidedAt: expect.any(String) }),
      }),
    );
    expectProblem(await web.send('GET', `/changes/${change.changeId}/receipt`), 409, 'CHANGE_NOT_APPLIED', {
      change: { changeId: change.changeId, status: 'REJECTED' },
    });
    expect(await web.token(held.tokenId)).toEqual({
      ...before,
      version: expect.any(Number),
      updatedAt: expect.any(String),
    });
    await eventually(
      () => executionStatus(change.changeId),
      (status) => status === 'SUCCEEDED',
    );
  });

  it('ends cancelled by any administrator, as often as asked, and cannot be approved any more', async () => {
    const { web, phone } = administrator;
    const held = await holder(3);
    const change = await web.hold(held.tokenId);
    const decision = await phone.sign(await phone.waiting(change.changeId), approval(change));
    await notified(change.changeId);
    const first = await web.cancel(change.changeId);
    expect(first.status).toBe(200);
    expect(changeSchema.parse(first.body)).toEqual(
      expect.objectContaining({ status: 'CANCELLED', changeId: change.changeId }),
    );
    const second = await web.cancel(change.changeId);
    // What the holder is told goes out meanwhile.
    expect({ status: second.status, body: second.body }).toEqual({
      status: 200,
      body: { ...Object(first.body), notices: expect.any(Array) },
    });

    expect(await phone.waitingNow()).not.toContainEqual(expect.objectContaining({ changeId: change.changeId }));
    expectProblem(await phone.post(change.changeId, decision), 409, 'CHANGE_CLOSED', {
      change: { changeId: change.changeId, status: 'CANCELLED' },
    });
    expect((await web.token(held.tokenId)).status).toBe('ACTIVE');
    await eventually(
      () => executionStatus(change.changeId),
      (status) => status === 'SUCCEEDED',
    );
  });

  it('leaves the token to one change at a time', async () => {
    const { web } = administrator;
    const held = await holder(5);
    const change = await web.hold(held.tokenId);
    expect(await web.token(held.tokenId)).toEqual(
      expect.objectContaining({
        status: 'ACTIVE',
        pendingChange: {
          changeId: change.changeId,
          action: 'RELEASE',
          status: 'PENDING_AUTHORIZATION',
          expiresAt: change.authorization?.expiresAt,
        },
        availableActions: ['BLOCK'],
      }),
    );
    expect((await web.block(held.tokenId, BLOCK)).status).toBe('APPLIED');
  });
});

describe('a request with the same key', () => {
  it('gives the same change to five who come together, and as it is later: one change, one execution, one push', async () => {
    // Whose phone no other test has pushed.
    const { web, phone } = await openAdministrator(nth(company.administrators, 1));
    const { tokenId } = await openPhone(nth(company.secondaries, 4), web);
    const key = randomUUID();
    const answers = await Promise.all(Array.from({ length: 5 }, () => web.askPatiently(tokenId, RELEASE, key)));
    expect(answers.map(({ status }) => status)).toEqual(Array.from({ length: 5 }, () => 202));
    const [changeId = '', ...others] = new Set(answers.map(({ body }) => changeSchema.parse(body).changeId));
    expect(others).toEqual([]);
    await pushAbout(phone.pushToken, changeId, 'AUTHORIZATION_PENDING');
    expect(await listAll(web, `/changes?tokenId=${tokenId}`, changeSchema)).toHaveLength(1);
    const { executions = [] } = await aws
      .states()
      .send(new ListExecutionsCommand({ stateMachineArn: stack().stateMachineArn, maxResults: 1000 }));
    expect(executions.filter(({ name = '' }) => name.startsWith(changeId))).toHaveLength(1);
    const pushes = (await pushesTo(phone.pushToken)).map(({ payload }) => JSON.stringify(payload));
    expect(pushes.filter((push) => push.includes(changeId))).toHaveLength(1);
    expect((await web.events(tokenId)).filter(({ type }) => type === 'CHANGE_REQUESTED')).toHaveLength(1);

    await web.cancel(changeId);
    const later = await web.ask(tokenId, RELEASE, key);
    expect([later.status, changeSchema.parse(later.body)]).toMatchObject([202, { changeId, status: 'CANCELLED' }]);
    expectProblem(await web.ask(tokenId, BLOCK, key), 422, 'IDEMPOTENCY_KEY_REUSED');
  });

  it('is needed; one of four without it in common is let through, and the others are told that a change is pending', async () => {
    const { web } = administrator;
    const { tokenId } = await openPhone(nth(company.secondaries, 6), web);
    const without = await web.send('POST', `/tokens/${tokenId}/changes`, { body: RELEASE });
    expectProblem(without, 400, 'IDEMPOTENCY_KEY_REQUIRED');
    const answers = await Promise.all(Array.from({ length: 4 }, () => web.askPatiently(tokenId, RELEASE)));
    const refused = answers.filter(({ status }) => status !== 202);
    expect(refused).toHaveLength(3);
    for (const answer of refused) expectProblem(answer, 409, 'CHANGE_ALREADY_PENDING');
    expect(await listAll(web, `/changes?tokenId=${tokenId}`, changeSchema)).toHaveLength(1);
  });
});
