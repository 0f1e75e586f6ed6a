import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { request } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { RunningServer } from '../../../local/run-server.ts';
import { contentSecurityPolicy } from '../../../local/web/web-config.ts';
import { startWebServer } from '../../../local/web/web-server.ts';

const config = {
  apiUrl: 'http://127.0.0.1:4566/restapis/a/v1/_user_request_',
  region: 'us-east-1',
  login: {
    authorizeUrl: 'http://127.0.0.1:4566/oauth2/authorize',
    tokenUrl: 'http://127.0.0.1:4566/oauth2/token',
    logoutUrl: 'http://127.0.0.1:4566/logout',
  },
  clientId: 'client',
  redirectUri: 'http://127.0.0.1:5000/callback',
};

let folder: string;
let server: RunningServer;

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'llavero-web-'));
  mkdirSync(join(folder, 'page', 'assets'), { recursive: true });
  writeFileSync(join(folder, 'secret.txt'), 'outside');
  writeFileSync(join(folder, 'page', 'index.html'), '<!doctype html>');
  writeFileSync(join(folder, 'page', 'assets', 'main-abc123.js'), 'run()');
  server = await startWebServer({
    port: 0,
    folder: join(folder, 'page'),
    policy: contentSecurityPolicy(config),
    config,
  });
});

afterAll(async () => {
  await server.close();
  rmSync(folder, { recursive: true });
});

/** A request whose path is sent as it is written: `fetch` would tidy it. */
function ask(path: string, method = 'GET') {
  return new Promise<{ status: number; headers: NodeJS.Dict<string | string[]>; body: string }>((resolve, reject) => {
    const outgoing = request({ host: '127.0.0.1', port: server.port, path, method }, (answer) => {
      let body = '';
      answer.on('data', (chunk) => {
        body += chunk;
      });
      answer.on('end', () => resolve({ status: answer.statusCode ?? 0, headers: answer.headers, body }));
    });
    outgoing.on('error', reject).end();
  });
}

it.each([
  { path: '/', type: 'text/html;charset=utf-8', cache: 'no-cache', body: '<!doctype html>' },
  { path: '/tokens/t1?q=x', type: 'text/html;charset=utf-8', cache: 'no-cache', body: '<!doctype html>' },
  {
    path: '/assets/main-abc123.js',
    type: 'text/javascript',
    cache: 'public, max-age=31536000, immutable',
    body: 'run()',
  },
  { path: '/config.json', type: 'application/json', cache: 'no-store', body: JSON.stringify(config) },
])('serves $path', async ({ path, type, cache, body }) => {
  const answer = await ask(path);
  expect({
    status: answer.status,
    type: answer.headers['content-type'],
    cache: answer.headers['cache-control'],
    body: answer.body,
  }).toEqual({ status: 200, type, cache, body });
});

it.each([
  { what: 'a missing asset', path: '/assets/gone.js', status: 404 },
  { what: 'a file outside', path: '/../secret.txt', status: 404 },
  { what: 'a post', path: '/', method: 'POST', status: 405 },
])('refuses $what', async ({ path, method, status }) => {
  const answer = await ask(path, method);
  expect({ status: answer.status, leaked: answer.body.includes('outside') }).toEqual({ status, leaked: false });
});

it.each(['/%2e%2e%2fsecret.txt', '/%zz'])('takes %s for an address inside the page', async (path) => {
  const { status, body } = await ask(path);
  expect({ status, body }).toEqual({ status: 200, body: '<!doctype html>' });
});

it('sends the strictest policy that the page works under, on every answer', async () => {
  const policies = await Promise.all(['/', '/assets/gone.js', '/config.json'].map((path) => ask(path)));

  expect(new Set(policies.map(({ headers }) => headers['content-security-policy']))).toEqual(
    new Set([
      "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; font-src 'self'; " +
        "connect-src 'self' http://127.0.0.1:4566; manifest-src 'self'; worker-src 'self'; " +
        "form-action 'self' http://127.0.0.1:4566; frame-ancestors 'none'; base-uri 'none'",
    ]),
  );
});

it('lets a page use the camera only where it reads QR codes', async () => {
  const { headers } = await ask('/');
  expect(headers['permissions-policy']).toBe('camera=(), geolocation=(), microphone=()');
  const phone = await startWebServer({ port: 0, folder: join(folder, 'page'), policy: '', camera: true });
  const answer = await fetch(`http://127.0.0.1:${phone.port}/`);
  await phone.close();
  expect(answer.headers.get('permissions-policy')).toBe('camera=(self), geolocation=(), microphone=()');
});
