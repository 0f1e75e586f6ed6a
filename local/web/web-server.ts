import { createReadStream, type Stats, statSync } from 'node:fs';
import { createServer, type IncomingMessage, type OutgoingHttpHeaders, type ServerResponse } from 'node:http';
import { extname, join, resolve, sep } from 'node:path';
import { pipeline } from 'node:stream';
import { contentSecurityPolicy, type WebConfig } from './web-config.ts';

const CONTENT_TYPES: Readonly<Record<string, string>> = {
  '.css': 'text/css; charset=utf-8',
  '.html': 'text/html; charset=utf-8',
  '.ico': 'image/x-icon',
  '.js': 'text/javascript; charset=utf-8',
  '.json': 'application/json',
  '.png': 'image/png',
  '.svg': 'image/svg+xml',
  '.webmanifest': 'application/manifest+json',
  '.woff2': 'font/woff2',
};

export interface WebServerOptions {
  readonly port: number;
  /** Folder of the built page. */
  readonly folder: string;
  readonly config: WebConfig;
}

/** A running web server. */
export interface WebServer {
  readonly port: number;
  close(): Promise<void>;
}

/** Serves one built page with its configuration, as its host on AWS would: strict headers, hashed files kept for long. */
export async function startWebServer(options: WebServerOptions): Promise<WebServer> {
  const folder = resolve(options.folder);
  const headers = {
    'content-security-policy': contentSecurityPolicy(options.config),
    'cross-origin-opener-policy': 'same-origin',
    'cross-origin-resource-policy': 'same-origin',
    'permissions-policy': 'camera=(), geolocation=(), microphone=()',
    'referrer-policy': 'no-referrer',
    'x-content-type-options': 'nosniff',
    'x-frame-options': 'DENY',
  };

  const server = createServer((incoming, outgoing) => {
    for (const [name, value] of Object.entries(headers)) outgoing.setHeader(name, value);
    if (incoming.method !== 'GET' && incoming.method !== 'HEAD') return refuse(outgoing, 405, { allow: 'GET, HEAD' });
    const path = pathOf(incoming);
    if (path === undefined) return refuse(outgoing, 400, {});
    if (path === '/config.json') return sendConfig(incoming, outgoing, options.config);
    const file = fileOf(folder, path);
    if (!file) return refuse(outgoing, 404, {});
    return sendFile(incoming, outgoing, file);
  });

  await new Promise<void>((done, reject) => {
    server.once('error', reject);
    server.listen(options.port, '127.0.0.1', done);
  });
  const address = server.address();
  return {
    port: typeof address === 'object' && address ? address.port : options.port,
    close: () =>
      new Promise((done) => {
        server.close(() => done());
        server.closeAllConnections();
      }),
  };
}

interface ServedFile {
  readonly path: string;
  readonly stats: Stats;
  readonly hashed: boolean;
}

function pathOf(incoming: IncomingMessage): string | undefined {
  try {
    return decodeURIComponent(new URL(incoming.url ?? '/', 'http://page').pathname);
  } catch {
    return undefined;
  }
}

/** The file of a path; for an address inside the page (no such file, no extension) the page itself. */
function fileOf(folder: string, path: string): ServedFile | undefined {
  const wanted = resolve(join(folder, path));
  const isInside = wanted === folder || wanted.startsWith(folder + sep);
  if (!isInside || path.includes('\0')) return undefined;
  const stats = statSync(wanted, { throwIfNoEntry: false });
  if (stats?.isFile()) return { path: wanted, stats, hashed: path.startsWith('/assets/') };
  if (extname(path) !== '') return undefined;
  const index = join(folder, 'index.html');
  const indexStats = statSync(index, { throwIfNoEntry: false });
  return indexStats ? { path: index, stats: indexStats, hashed: false } : undefined;
}

function sendFile(incoming: IncomingMessage, outgoing: ServerResponse, file: ServedFile): void {
  outgoing.writeHead(200, {
    'content-type': CONTENT_TYPES[extname(file.path)] ?? 'application/octet-stream',
    'content-length': file.stats.size,
    'cache-control': file.hashed ? 'public, max-age=31536000, immutable' : 'no-cache',
  });
  if (incoming.method === 'HEAD') outgoing.end();
  else pipeline(createReadStream(file.path), outgoing, () => undefined);
}

function sendConfig(incoming: IncomingMessage, outgoing: ServerResponse, config: WebConfig): void {
  outgoing.writeHead(200, { 'content-type': 'application/json', 'cache-control': 'no-store' });
  outgoing.end(incoming.method === 'HEAD' ? undefined : JSON.stringify(config));
}

function refuse(outgoing: ServerResponse, status: number, headers: OutgoingHttpHeaders): void {
  outgoing.writeHead(status, { 'content-type': 'text/plain; charset=utf-8', ...headers });
  outgoing.end(`${status}\n`);
}
