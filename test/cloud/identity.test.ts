import { randomUUID } from 'node:crypto';
import { setTimeout } from 'node:timers/promises';
import { decodeJwt } from 'jose';
import { type Company, changeRole, loadCompanies, nth } from './support/company.ts';
import { call, expectProblem, indistinct } from './support/http.ts';
import { type Administrator, approval, openAdministrator, openApp, openPhone } from './support/phone.ts';
import { changeSchema, tokenSchema } from './support/shapes.ts';
import { accessToken, BLOCK, listAll, openWeb, RELEASE } from './support/web.ts';

let company: Company;
let other: Company;
let administrator: Administrator;
/** Of the other company. */
let stranger: Administrator;

beforeAll(async () => {
  [company, other] = (await loadCompanies('identity', [
    { administrators: 2, secondaries: 2 },
    { administrators: 1, secondaries: 1 },
  ])) as [Company, Company];
  [administrator, stranger] = await Promise.all([
    openAdministrator(nth(company.administrators, 0)),
    openAdministrator(nth(other.administrators, 0)),
  ]);
});

describe('who is calling', () => {
  it('is told their own name, role, company and permissions', async () => {
    const { web } = administrator;
    const me = await web.send('GET', '/me');
    expect({ status: me.status, body: me.body }).toEqual({
      status: 200,
      body: {
        user: {
          userId: administrator.phone.userId,
          fullName: web.person.fullName,
          username: web.person.username,
          role: 'ADMINISTRATOR',
        },
        company: { companyId: company.companyId, name: company.name, authorizationPolicy: 'REQUESTER' },
        permissions: expect.any(Array),
        lastAccess: null,
      },
    });
  });

  it('is told when they last signed in to the same front, other than now', async () => {
    const person = nth(company.secondaries, 0);
    const readAccess = async (token: string) => Object((await call(token, 'GET', '/me')).body).lastAccess;
    const dated = (token: string) => new Date(Number(decodeJwt(token).auth_time) * 1000).toISOString();
    const first = await accessToken(person, 'console');
    expect(await readAccess(first)).toBeNull();
    // A token tells its sign-in by the second.
    await setTimeout(1_001);
    const second = await accessToken(person, 'console');
    expect([await readAccess(second), await readAccess(first)]).toEqual([dated(first), dated(second)]);
  });
});

it('a secondary user is refused, and a right that is taken away is gone at once for who is signed in', async () => {
  const leaver = await openAdministrator(nth(company.administrators, 1));
  const held = await openPhone(nth(company.secondaries, 1), leaver.web);
  const change = await leaver.web.hold(held.tokenId);
  const decision = await leaver.phone.sign(await leaver.phone.waiting(change.changeId), approval(change));
  const secondary = await openWeb(nth(company.secondaries, 1));
  expectProblem(await secondary.ask(held.tokenId, BLOCK), 403, 'ADMINISTRATOR_ONLY');

  await changeRole(leaver.web.person, 'SECONDARY');
  expectProblem(await leaver.web.send('GET', '/tokens'), 403, 'ADMINISTRATOR_ONLY');
  expectProblem(await leaver.web.ask(held.tokenId, BLOCK), 403, 'ADMINISTRATOR_ONLY');
  expectProblem(await leaver.web.cancel(change.changeId), 403, 'ADMINISTRATOR_ONLY');
  expect(await leaver.phone.waitingNow()).toEqual([]);
  expectProblem(await leaver.phone.post(change.changeId, decision), 404, 'NOT_FOUND');
  expect((await administrator.web.change(change.changeId)).status).toBe('PENDING_AUTHORIZATION');

  await changeRole(leaver.web.person, 'ADMINISTRATOR');
  expect((await leaver.web.send('GET', '/tokens')).status).toBe(200);
});

const UNKNOWN = 'AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA';

it('everything of another company is as if it were not there, to the last byte of the answer', async () => {
  const { tokenId } = await openPhone(nth(other.secondaries, 0), stranger.web);
  const change = await stranger.web.hold(tokenId);
  const before = await stranger.web.token(tokenId);
  const requests = (ofToken: string, ofChange: string): [string, string, unknown?][] => [
    ['GET', `/tokens/${ofToken}`],
    ['GET', `/tokens/${ofToken}/events`],
    ['POST', `/tokens/${ofToken}/changes`, BLOCK],
    ['POST', `/tokens/${ofToken}/changes`, RELEASE],
    ['POST', `/tokens/${ofToken}/activation-codes`],
    ['GET', `/changes/${ofChange}`],
    ['GET', `/changes/${ofChange}/receipt`],
    ['POST', `/changes/${ofChange}/cancellation`],
  ];
  const unknown = requests(UNKNOWN, UNKNOWN);
  for (const [index, [method, path, body]] of requests(tokenId, change.changeId).entries()) {
    const headers = { 'idempotency-key': randomUUID() };
    const foreign = await administrator.web.send(method, path, { ...(body ? { body } : {}), headers });
    const nowhere = await administrator.web.send(method, nth(unknown, index)[1], {
      ...(body ? { body } : {}),
      headers,
    });
    expectProblem(foreign, 404, 'NOT_FOUND');
    expect(indistinct(foreign)).toEqual(indistinct(nowhere));
  }
  expect(await stranger.web.token(tokenId)).toEqual(before);
  expect((await stranger.web.change(change.changeId)).status).toBe('PENDING_AUTHORIZATION');
});

it('lists show one company only, and a cursor of one company opens nothing of another', async () => {
  const tokens = await listAll(stranger.web, '/tokens', tokenSchema);
  expect(tokens.map(({ holder }) => holder.username.startsWith(other.companyId))).toEqual([true, true, true, true]);
  const changes = await listAll(administrator.web, '/changes', changeSchema);
  const ownTokens = (await listAll(administrator.web, '/tokens', tokenSchema)).map(({ tokenId }) => tokenId);
  expect(changes.filter(({ tokenId }) => !ownTokens.includes(tokenId))).toEqual([]);

  const { nextCursor } = Object((await stranger.web.send('GET', '/tokens?limit=1')).body);
  expect(nextCursor).toEqual(expect.any(String));
  const next = `/tokens?limit=1&cursor=${encodeURIComponent(nextCursor)}`;
  expectProblem(await administrator.web.send('GET', next), 400, 'VALIDATION_FAILED', {
    errors: [{ path: 'cursor', message: expect.any(String) }],
  });
  expect((await stranger.web.send('GET', next)).status).toBe(200);
});

it('a person brought back can sign in to the app again', async () => {
  const person = nth(company.secondaries, 0);
  await changeRole(person, 'DISABLED');
  await expect(accessToken(person, 'app')).rejects.toThrow();
  await changeRole(person, 'SECONDARY');
  expect((await openApp(person)).tokenId).toEqual(expect.any(String));
});
