import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { API_PAGE_POLICY, layOutApiPage } from '../../../local/web/api-page.ts';
import { startWebServer } from '../../../local/web/web-server.ts';

const stack = {
  apiUrl: 'http://127.0.0.1:4566/restapis/a/v1/_user_request_',
  login: { authorizeUrl: 'http://127.0.0.1:4566/oauth2/authorize', tokenUrl: 'http://127.0.0.1:4566/oauth2/token' },
};
const folder = mkdtempSync(join(tmpdir(), 'llavero-api-page-'));
layOutApiPage(folder, stack);
afterAll(() => rmSync(folder, { recursive: true }));

it('has the viewer’s files and its own, and the document with the addresses of its stack', () => {
  expect(readdirSync(folder).sort()).toEqual([
    'index.html',
    'openapi.json',
    'start.js',
    'swagger-ui-bundle.js',
    'swagger-ui.css',
  ]);
  const { servers, components } = JSON.parse(readFileSync(join(folder, 'openapi.json'), 'utf8'));
  expect(servers).toEqual([{ url: stack.apiUrl }]);
  const { authorizationCode, clientCredentials } = components.securitySchemes.cognito.flows;
  expect([authorizationCode.authorizationUrl, authorizationCode.tokenUrl, clientCredentials.tokenUrl]).toEqual([
    stack.login.authorizeUrl,
    stack.login.tokenUrl,
    stack.login.tokenUrl,
  ]);
});

it('is served from its own files alone, and tells no configuration', async () => {
  const server = await startWebServer({ port: 0, folder, policy: API_PAGE_POLICY });
  try {
    const origin = `http://127.0.0.1:${server.port}`;
    const page = await fetch(origin);
    expect(page.headers.get('content-security-policy')).toBe(API_PAGE_POLICY);
    expect((await page.text()).match(/(?:src|href)="[^"]*"/g)).toEqual([
      'href="data:,"',
      'href="/swagger-ui.css"',
      'src="/swagger-ui-bundle.js"',
      'src="/start.js"',
    ]);
    expect((await fetch(`${origin}/config.json`)).status).toBe(404);
  } finally {
    await server.close();
  }
});
