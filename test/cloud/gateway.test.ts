import { randomUUID } from 'node:crypto';
import { type Company, loadCompany, nth } from './support/company.ts';
import { type Answer, call, expectProblem } from './support/http.ts';
import { openSystem } from './support/otp.ts';
import { openApp } from './support/phone.ts';
import { stack } from './support/stack.ts';
import { accessToken, openWeb, RELEASE, type Web } from './support/web.ts';

let company: Company;
let web: Web;

beforeAll(async () => {
  company = await loadCompany('gateway', { administrators: 1 });
  web = await openWeb(nth(company.administrators, 0));
});

const problem = (status: number, code: unknown) => ({
  type: expect.any(String),
  title: expect.any(String),
  status,
  code,
  requestId: expect.any(String),
});

function preflight(origin: string, path: string, method: string) {
  return call(null, 'OPTIONS', path, {
    headers: {
      origin,
      'access-control-request-method': method,
      'access-control-request-headers': 'authorization,content-type,idempotency-key',
    },
  });
}

describe('the gateway', () => {
  it('says in a problem that nobody is signed in', async () => {
    const answer = await call(null, 'GET', '/tokens');
    expect({ status: answer.status, body: answer.body }).toEqual({
      status: 401,
      body: problem(401, expect.any(String)),
    });
    expect(answer.headers.get('content-type')).toMatch(/^application\/problem\+json/);
  });

  it('refuses a spoiled token, and one of another scope', async () => {
    const [forApp, system] = await Promise.all([accessToken(web.person, 'app'), openSystem()]);
    const forWeb = web.accessToken;
    for (const token of ['x.y.z', `${forWeb.slice(0, -8)}AAAAAAAA`]) {
      expect([(await call(token, 'GET', '/me')).status, (await call(token, 'GET', '/app/me')).status]).toEqual([
        401, 401,
      ]);
    }
    const codes = { body: { userId: 'x', code: '123456' } };
    const elsewhere = [
      await call(forApp, 'GET', '/me'),
      await call(forWeb, 'GET', '/app/me'),
      await call(forWeb, 'POST', '/otp/verifications', codes),
      await call(system.accessToken, 'GET', '/me'),
    ];
    for (const { status } of elsewhere) expect([401, 403]).toContain(status);
    for (const token of [forWeb, forApp]) expect((await call(token, 'GET', '/support')).status).toBe(200);
    expect((await call(system.accessToken, 'POST', '/otp/verifications', codes)).body).toEqual({ valid: false });
  });

  it('knows no other route', async () => {
    for (const path of ['/nothing', '/tokens/x/seed', '/otp']) {
      expect([403, 404]).toContain((await web.send('GET', path)).status);
    }
  });

  it.each([() => stack().consoleUrl, () => stack().phoneUrl])(
    'lets the pages call it, with the headers that they send',
    async (url) => {
      const { origin } = new URL(url());
      const answer = await preflight(origin, '/tokens', 'GET');
      expect([200, 204]).toContain(answer.status);
      expect(answer.headers.get('access-control-allow-origin')).toBe(origin);
      expect(answer.headers.get('access-control-allow-headers')?.toLowerCase().split(/, ?/)).toEqual(
        expect.arrayContaining(['authorization', 'content-type', 'idempotency-key']),
      );
      const called = await call(null, 'GET', '/tokens', { headers: { origin } });
      expect(called.headers.get('access-control-allow-origin')).not.toBeNull();
    },
  );

  it('lets no other page call it', async () => {
    const answer = await preflight('https://elsewhere.invalid', '/tokens', 'GET');
    expect(answer.headers.get('access-control-allow-origin')).not.toBe('https://elsewhere.invalid');
    expect(answer.headers.get('access-control-allow-origin')).not.toBe('*');
  });

  it('hands a body on as it was sent: a long one, another type, no JSON or a wrong member is refused, the longest taken', async () => {
    const { tokenId } = await openApp(web.person);
    const send = (rawBody: string, contentType = 'application/json'): Promise<Answer> =>
      web.send('POST', `/tokens/${tokenId}/changes`, {
        rawBody,
        headers: { 'content-type': contentType, 'idempotency-key': randomUUID() },
      });
    const json = JSON.stringify(RELEASE);
    expectProblem(await send(json + ' '.repeat(16 * 1024)), 413, 'BODY_TOO_LARGE');
    expectProblem(await send(JSON.stringify({ ...RELEASE, note: 'ñ'.repeat(8 * 1024) })), 413, 'BODY_TOO_LARGE');
    expectProblem(await send(json, 'text/plain'), 415, 'UNSUPPORTED_MEDIA_TYPE');
    expectProblem(await send('{"action":'), 400, 'MALFORMED_JSON');
    expect((await send('{"action":"RELEASE","\\u0061ction":"BLOCK"}')).body).toMatchObject({
      code: 'DUPLICATE_MEMBER',
    });
    expectProblem(await send(JSON.stringify({ ...RELEASE, companyId: 'x' })), 400, 'VALIDATION_FAILED', {
      errors: [{ path: 'companyId', message: expect.any(String) }],
    });
    // It is read whole, and refused for what it asks.
    const longest = json + ' '.repeat(16 * 1024 - json.length);
    expectProblem(await send(longest, 'application/json; charset=utf-8'), 409, 'ACTION_NOT_AVAILABLE');
  });
});
