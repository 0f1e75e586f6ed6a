import { randomUUID } from 'node:crypto';
import { setTimeout } from 'node:timers/promises';
import { decodeJwt } from 'jose';
import { type Company, changeRole, loadCompany, nth } from './support/company.ts';
import { call, expectProblem } from './support/http.ts';
import { approval, openAdministrator, openApp, openPhone } from './support/phone.ts';
import { changeSchema } from './support/shapes.ts';
import { accessToken, listAll, openWeb, RELEASE } from './support/web.ts';

let company: Company;

beforeAll(async () => {
  company = await loadCompany('identity', { administrators: 4, secondaries: 3 });
});

const administratorRoutes = (tokenId: string, changeId: string): [string, string][] => [
  ['GET', '/tokens'],
  ['GET', `/tokens/${tokenId}`],
  ['GET', `/tokens/${tokenId}/events`],
  ['GET', '/events'],
  ['GET', '/reasons'],
  ['POST', `/tokens/${tokenId}/changes`],
  ['GET', '/changes'],
  ['GET', `/changes/${changeId}`],
  ['POST', `/changes/${changeId}/cancellation`],
  ['GET', `/changes/${changeId}/receipt`],
  ['POST', `/tokens/${tokenId}/activation-codes`],
];

describe('who is calling', () => {
  it('is told their own name, role, company and permissions', async () => {
    const [web, secondary] = await Promise.all([
      openWeb(nth(company.administrators, 0)),
      openWeb(nth(company.secondaries, 0)),
    ]);
    const me = await web.send('GET', '/me');
    expect({ status: me.status, body: me.body }).toEqual({
      status: 200,
      body: {
        user: {
          userId: expect.any(String),
          fullName: web.person.fullName,
          username: web.person.username,
          role: 'ADMINISTRATOR',
        },
        company: { companyId: company.companyId, name: company.name, authorizationPolicy: 'REQUESTER' },
        permissions: expect.any(Array),
        lastAccess: null,
      },
    });
    const other = await secondary.send('GET', '/me');
    expect(other.body).toEqual(expect.objectContaining({ user: expect.objectContaining({ role: 'SECONDARY' }) }));
    expect(Object(me.body).permissions).not.toEqual(Object(other.body).permissions);
  });

  it('is told when they last signed in to the same front, other than now', async () => {
    const person = nth(company.administrators, 3);
    const readAccess = async (token: string, path: string) => Object((await call(token, 'GET', path)).body).lastAccess;
    const dated = (token: string) => new Date(Number(decodeJwt(token).auth_time) * 1000).toISOString();
    const first = await accessToken(person, 'console');
    expect(await readAccess(first, '/me')).toBeNull();
    // A token tells its sign-in by the second.
    await setTimeout(1_001);
    const second = await accessToken(person, 'console');
    expect(await readAccess(second, '/me')).toBe(dated(first));
    expect(await readAccess(first, '/me')).toBe(dated(second));
    const phone = await accessToken(person, 'app');
    expect([await readAccess(phone, '/app/me'), await readAccess(phone, '/app/me')]).toEqual([null, null]);
  });

  it('is refused by the gateway without a token, with a spoiled one, and with one of another scope', async () => {
    const person = nth(company.administrators, 0);
    const [forWeb, forApp] = await Promise.all([accessToken(person, 'console'), accessToken(person, 'app')]);
    for (const token of [null, 'x.y.z', `${forWeb.slice(0, -8)}AAAAAAAA`]) {
      expect((await call(token, 'GET', '/me')).status).toBe(401);
      expect((await call(token, 'GET', '/app/me')).status).toBe(401);
    }
    expect([401, 403]).toContain((await call(forApp, 'GET', '/me')).status);
    expect([401, 403]).toContain((await call(forWeb, 'GET', '/app/me')).status);
    expect((await call(forWeb, 'GET', '/support')).status).toBe(200);
    expect((await call(forApp, 'GET', '/support')).status).toBe(200);
  });

  it('sees the support lines, and whether anybody answers now or when they next will', async () => {
    const web = await openWeb(nth(company.secondaries, 0));
    const { body } = await web.send('GET', '/support');
    const { open, opensAt } = Object(body);
    expect(open ? opensAt : Date.parse(opensAt) > Date.now()).toBe(open ? null : true);
    expect(body).toEqual({
      timezone: 'America/Bogota',
      open: expect.any(Boolean),
      opensAt,
      lines: [
        { channel: 'PHONE', number: '018000 514652', instructions: { es: expect.any(String), en: expect.any(String) } },
        {
          channel: 'WHATSAPP',
          number: '318 671 4836',
          instructions: { es: expect.any(String), en: expect.any(String) },
        },
      ],
      schedule: [
        { days: expect.any(Array), from: '08:00', to: '12:00' },
        { days: expect.any(Array), from: '13:00', to: '18:00' },
      ],
    });
  });
});

describe('a secondary user', () => {
  it('is refused everywhere but at their own name and the support lines, and nothing is written', async () => {
    const { web } = await openAdministrator(nth(company.administrators, 0));
    const held = await openPhone(nth(company.secondaries, 1), web);
    const change = await web.hold(held.tokenId);
    const secondary = await openWeb(nth(company.secondaries, 1));
    const before = await web.token(held.tokenId);
    for (const [method, path] of administratorRoutes(held.tokenId, change.changeId)) {
      const answer = await secondary.send(method, path, {
        ...(path.endsWith('/changes') && method === 'POST' ? { body: RELEASE } : {}),
        headers: { 'idempotency-key': randomUUID() },
      });
      expectProblem(answer, 403, 'ADMINISTRATOR_ONLY');
    }
    expect(await web.token(held.tokenId)).toEqual(before);
    expect((await web.change(change.changeId)).status).toBe('PENDING_AUTHORIZATION');
    const changes = await listAll(web, '/changes', changeSchema);
    expect(changes.filter(({ tokenId }) => tokenId === held.tokenId)).toHaveLength(1);
  });
});

describe('a right that is taken away', () => {
  it('is gone at once for who is signed in, at the web and on the phone', async () => {
    const leaver = await openAdministrator(nth(company.administrators, 1));
    const held = await openPhone(nth(company.secondaries, 2), leaver.web);
    const change = await leaver.web.hold(held.tokenId);
    const decision = await leaver.phone.sign(await leaver.phone.waiting(change.changeId), approval(change));

    await changeRole(leaver.web.person, 'SECONDARY');
    for (const [method, path] of administratorRoutes(held.tokenId, change.changeId)) {
      const answer = await leaver.web.send(method, path, {
        ...(path.endsWith('/changes') && method === 'POST' ? { body: RELEASE } : {}),
        headers: { 'idempotency-key': randomUUID() },
      });
      expectProblem(answer, 403, 'ADMINISTRATOR_ONLY');
    }
    expect(await leaver.phone.waitingNow()).toEqual([]);
    expectProblem(await leaver.phone.post(change.changeId, decision), 404, 'NOT_FOUND');

    await changeRole(leaver.web.person, 'DISABLED');
    expectProblem(await leaver.phone.post(change.changeId, decision), 403, 'USER_DISABLED');
    expectProblem(await leaver.web.send('GET', '/me'), 403, 'USER_DISABLED');
    expectProblem(await leaver.web.send('GET', '/tokens'), 403, 'USER_DISABLED');
    expectProblem(await leaver.phone.send('GET', '/app/me'), 403, 'USER_DISABLED');
    expectProblem(await leaver.phone.send('GET', '/app/authorizations'), 403, 'USER_DISABLED');
    const web = await openWeb(nth(company.administrators, 0));
    expect((await web.change(change.changeId)).status).toBe('PENDING_AUTHORIZATION');
    expect((await web.cancel(change.changeId)).status).toBe(200);
  });

  it('comes back when it is given again', async () => {
    const person = nth(company.administrators, 2);
    await changeRole(person, 'DISABLED');
    await changeRole(person, 'ADMINISTRATOR');
    expect((await (await openWeb(person)).send('GET', '/tokens')).status).toBe(200);
    expect((await openApp(person)).tokenId).toEqual(expect.any(String));
  });
});
