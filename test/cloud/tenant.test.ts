import { randomUUID } from 'node:crypto';
import { type Company, loadCompanies, nth } from './support/company.ts';
import { expectProblem, indistinct } from './support/http.ts';
import { type Administrator, openAdministrator, openApp, openPhone } from './support/phone.ts';
import { changeSchema, tokenSchema } from './support/shapes.ts';
import { BLOCK, listAll, RELEASE } from './support/web.ts';

let own: Administrator;
let other: Administrator;
let otherCompany: Company;

beforeAll(async () => {
  const companies = await loadCompanies('tenant', [
    { administrators: 1, secondaries: 1 },
    { administrators: 1, secondaries: 2 },
  ]);
  otherCompany = nth(companies, 1);
  [own, other] = await Promise.all(
    companies.map(({ administrators }) => openAdministrator(nth(administrators, 0))),
  ).then((opened) => [nth(opened, 0), nth(opened, 1)]);
});

const UNKNOWN = 'AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA';

it('everything of another company is as if it were not there, to the last byte of the answer', async () => {
  const held = await openPhone(nth(otherCompany.secondaries, 0), other.web);
  const change = await other.web.hold(held.tokenId);
  const pending = await openApp(nth(otherCompany.secondaries, 1));
  const before = await other.web.token(held.tokenId);
  const requests = (tokenId: string, changeId: string, pendingId: string): [string, string, unknown?][] => [
    ['GET', `/tokens/${tokenId}`],
    ['GET', `/tokens/${tokenId}/events`],
    ['POST', `/tokens/${tokenId}/changes`, BLOCK],
    ['POST', `/tokens/${tokenId}/changes`, RELEASE],
    ['POST', `/tokens/${pendingId}/activation-codes`],
    ['GET', `/changes/${changeId}`],
    ['POST', `/changes/${changeId}/cancellation`],
  ];
  const unknown = requests(UNKNOWN, UNKNOWN, UNKNOWN);
  for (const [index, [method, path, body]] of requests(held.tokenId, change.changeId, pending.tokenId).entries()) {
    const headers = { 'idempotency-key': randomUUID() };
    const foreign = await own.web.send(method, path, { ...(body ? { body } : {}), headers });
    const nowhere = await own.web.send(method, nth(unknown, index)[1], { ...(body ? { body } : {}), headers });
    expectProblem(foreign, 404, 'NOT_FOUND');
    expect(indistinct(foreign)).toEqual(indistinct(nowhere));
  }
  expect(await other.web.token(held.tokenId)).toEqual(before);
  expect((await other.web.change(change.changeId)).status).toBe('PENDING_AUTHORIZATION');
});

it('lists show one company only, and a cursor of one company opens nothing of another', async () => {
  const ownTokens = await listAll(own.web, '/tokens', tokenSchema);
  const otherTokens = await listAll(other.web, '/tokens', tokenSchema);
  expect(
    ownTokens.map(({ holder }) => holder.username).every((name) => name.startsWith(own.web.person.companyId)),
  ).toBe(true);
  expect(otherTokens.length).toBe(6);
  expect(ownTokens.length).toBe(4);
  const ownChanges = await listAll(own.web, '/changes', changeSchema);
  expect(ownChanges).toEqual([]);

  const page = await other.web.send('GET', '/tokens?limit=1');
  const { nextCursor } = Object(page.body);
  expect(nextCursor).toEqual(expect.any(String));
  const cursor = encodeURIComponent(nextCursor);
  expectProblem(await own.web.send('GET', `/tokens?limit=1&cursor=${cursor}`), 400, 'VALIDATION_FAILED', {
    errors: [{ path: 'cursor', message: expect.any(String) }],
  });
  expect((await other.web.send('GET', `/tokens?limit=1&cursor=${cursor}`)).status).toBe(200);
});
