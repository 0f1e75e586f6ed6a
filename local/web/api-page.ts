import { copyFileSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { projectPath } from '../../tools/project.ts';

/** The addresses of one stack that the page shows. */
export interface ApiAddresses {
  readonly apiUrl: string;
  readonly login: { readonly authorizeUrl: string; readonly tokenUrl: string };
}

const VIEWER = ['swagger-ui.css', 'swagger-ui-bundle.js'].map((file) => `node_modules/swagger-ui-dist/${file}`);
const PAGE = ['index.html', 'start.js'].map((file) => `local/web/api-page/${file}`);

/** Its own files alone, and nothing inline. */
export const API_PAGE_POLICY = [
  "default-src 'none'",
  "script-src 'self'",
  "style-src 'self'",
  "img-src 'self' data:",
  "connect-src 'self'",
  "form-action 'none'",
  "frame-ancestors 'none'",
  "base-uri 'none'",
].join('; ');

/** Lays out the page of the API: the viewer's files, and the OpenAPI document with the addresses of this stack. */
export function layOutApiPage(folder: string, stack: ApiAddresses): void {
  mkdirSync(folder, { recursive: true });
  for (const path of [...VIEWER, ...PAGE]) copyFileSync(projectPath(path), join(folder, path.split('/').at(-1) ?? ''));
  const document = JSON.parse(readFileSync(projectPath('docs/openapi.json'), 'utf8'));
  document.servers = [{ url: stack.apiUrl }];
  const { authorizationCode, clientCredentials } = document.components.securitySchemes.cognito.flows;
  authorizationCode.authorizationUrl = stack.login.authorizeUrl;
  for (const flow of [authorizationCode, clientCredentials]) flow.tokenUrl = stack.login.tokenUrl;
  writeFileSync(join(folder, 'openapi.json'), JSON.stringify(document));
}
