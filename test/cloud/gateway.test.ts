import { loadCompany, nth } from './support/company.ts';
import { call } from './support/http.ts';
import { stack } from './support/stack.ts';
import { accessToken } from './support/web.ts';

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

  it('knows no other route', async () => {
    const company = await loadCompany('gateway', { administrators: 1 });
    const token = await accessToken(nth(company.administrators, 0), 'console');
    for (const path of ['/nothing', '/tokens/x/seed', '/otp']) {
      const answer = await call(token, 'GET', path);
      expect([403, 404]).toContain(answer.status);
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
});
