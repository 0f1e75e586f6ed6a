import type { PageConfig } from '../../console/src/common/config.ts';
import { Session } from '../../console/src/common/session.ts';

const TOKEN_URL = 'https://login.bank.example/oauth2/token';
const config: PageConfig = {
  apiUrl: 'https://api.bank.example/v1',
  region: 'us-east-1',
  login: {
    authorizeUrl: 'https://login.bank.example/oauth2/authorize',
    tokenUrl: TOKEN_URL,
    logoutUrl: 'https://login.bank.example/logout',
  },
  clientId: 'client-1',
  redirectUri: 'https://phone.bank.example/callback',
};

/** A login that gives each refresh token once, as the pool does. */
function aLogin() {
  let valid = 'first';
  const sent: [path: string, body: string][] = [];
  const answer = async (input: string | URL | Request, init?: RequestInit): Promise<Response> => {
    const url = String(input instanceof Request ? input.url : input);
    const form = new URLSearchParams(String(init?.body));
    sent.push([new URL(url).pathname, form.toString()]);
    if (url !== TOKEN_URL) return new Response('');
    if (form.get('refresh_token') !== valid) return Response.json({ error: 'invalid_grant' }, { status: 400 });
    valid = `${valid}+`;
    return Response.json({ access_token: 'access', token_type: 'bearer', expires_in: 3600, refresh_token: valid });
  };
  return { sent, answer };
}

let login: ReturnType<typeof aLogin>;
let network: jest.SpyInstance;
const went: string[] = [];
const { location, sessionStorage, navigator } = Object.getOwnPropertyDescriptors(globalThis);

beforeEach(() => {
  login = aLogin();
  network = jest.spyOn(globalThis, 'fetch').mockImplementation(login.answer);
  went.length = 0;
  const page = { origin: 'https://phone.bank.example', assign: (address: URL) => went.push(String(address)) };
  Object.defineProperty(globalThis, 'location', { value: page, configurable: true });
  Object.defineProperty(globalThis, 'sessionStorage', { value: { clear: jest.fn() }, configurable: true });
  Object.defineProperty(globalThis, 'navigator', { value: { onLine: true }, configurable: true });
});

afterEach(() => {
  network.mockRestore();
  for (const [name, before] of Object.entries({ location, sessionStorage, navigator })) {
    if (before) Object.defineProperty(globalThis, name, before);
    else Reflect.deleteProperty(globalThis, name);
  }
});

describe('a sign-in that is kept', () => {
  it('goes on with the refresh token that the login gave last; one that was used ends it', async () => {
    const session = new Session(config, 'llavero/app');
    await session.resume('first');
    await session.renew();
    expect([session.refreshToken, session.signedIn]).toEqual(['first++', true]);
    await session.resume('first');
    expect([session.refreshToken, session.signedIn, session.ended]).toEqual([undefined, false, 'refused']);
  });

  it('is renewed once for all who need it at the same time', async () => {
    const session = new Session(config, 'llavero/app');
    await session.resume('first');
    await Promise.all([session.renew(), session.renew(), session.renew()]);
    expect([login.sent.length, session.refreshToken]).toEqual([2, 'first++']);
  });

  it('outlives a network that is away', async () => {
    const session = new Session(config, 'llavero/app');
    await session.resume('first');
    network.mockRejectedValueOnce(new TypeError('Failed to fetch'));
    await expect(session.renew()).rejects.toThrow('Failed to fetch');
    expect(session.signedIn).toBe(true);
  });
});

describe('a sign-out', () => {
  const LOGOUT = 'https://login.bank.example/logout?client_id=client-1&logout_uri=https%3A%2F%2Fphone.bank.example%2F';

  it('forgets the person, has the refresh token revoked, and ends the login’s own session', async () => {
    const session = new Session(config, 'llavero/app');
    await session.resume('first');
    await session.signOut('/salida');
    expect(login.sent.at(-1)).toEqual(['/oauth2/revoke', 'token=first%2B&client_id=client-1']);
    expect([session.signedIn, session.ended, went]).toEqual([false, undefined, [LOGOUT]]);
  });

  it('that does not reach the login forgets the person here, says so, and can be finished', async () => {
    const session = new Session(config, 'llavero/app');
    await session.resume('first');
    network.mockRejectedValueOnce(new TypeError('Failed to fetch'));
    await session.signOut('/salida');
    expect([session.signedIn, session.ended, went]).toEqual([false, 'unreached', []]);
    await session.signOut('/salida');
    expect(login.sent.at(-1)).toEqual(['/oauth2/revoke', 'token=first%2B&client_id=client-1']);
    expect(went).toEqual([LOGOUT]);
  });
});
