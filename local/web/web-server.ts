import { createServer } from 'node:http';
import sirv from 'sirv';
import { type RunningServer, runServer } from '../run-server.ts';

export interface WebServerOptions {
  readonly port: number;
  /** Folder of the built page. */
  readonly folder: string;
  readonly policy: string;
  /** The page may ask for the camera, to read a QR code. */
  readonly camera?: boolean;
  /** The settings that the page reads from `/config.json`, where it does. */
  readonly config?: object;
}

/** Serves one built page with its configuration, as its host on AWS would: strict headers, hashed files kept for long. */
export async function startWebServer({
  port,
  folder,
  policy,
  camera = false,
  config,
}: WebServerOptions): Promise<RunningServer> {
  const headers = new Headers({
    'content-security-policy': policy,
    'cross-origin-opener-policy': 'same-origin',
    'cross-origin-resource-policy': 'same-origin',
    'permissions-policy': `camera=(${camera ? 'self' : ''}), geolocation=(), microphone=()`,
    'referrer-policy': 'no-referrer',
    'x-content-type-options': 'nosniff',
    'x-frame-options': 'DENY',
  });
  const serveFile = sirv(folder, {
    // An address inside the page is the page itself; one with an extension is a file, there or not.
    single: true,
    setHeaders: (response, path) => {
      const isHashed = path.startsWith('/assets/');
      response.setHeader('cache-control', isHashed ? 'public, max-age=31536000, immutable' : 'no-cache');
    },
  });

  const server = createServer((request, response) => {
    response.setHeaders(headers);
    const refuse = (status: number): void => void response.writeHead(status).end(`${status}\n`);
    if (request.method !== 'GET' && request.method !== 'HEAD') {
      response.setHeader('allow', 'GET, HEAD');
      return refuse(405);
    }
    if (request.url !== '/config.json' || !config) return serveFile(request, response, () => refuse(404));
    response.writeHead(200, { 'content-type': 'application/json', 'cache-control': 'no-store' });
    return response.end(request.method === 'HEAD' ? undefined : JSON.stringify(config));
  });

  return runServer(server, port);
}
