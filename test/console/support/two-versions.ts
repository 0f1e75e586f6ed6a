import { cp, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { startWebServer } from '../../../local/web/web-server.ts';
import { stack } from '../../cloud/support/stack.ts';

/** The phone page in two versions, in the place of the stack's own. */
export interface TwoVersions {
  /** Makes a browser take this server for the phone page's own origin. */
  readonly browserArgument: string;
  /** From now on the later version is there. */
  serveLater(): Promise<void>;
  close(): Promise<void>;
}

/** Serves the built page; its later version differs in the name of its files' list, and by a mark in the page. */
export async function serveTwoVersions(): Promise<TwoVersions> {
  const folder = await mkdtemp(join(tmpdir(), 'llavero-versions-'));
  const later = join(folder, 'later');
  await cp('console/dist/phone', later, { recursive: true });
  await rewrite(join(later, 'service-worker.js'), /"version":"\w+"/, '"version":"later"');
  await rewrite(join(later, 'index.html'), '</head>', '<meta name="version" content="later"></head>');

  const { phoneUrl } = stack();
  const page = await fetch(phoneUrl);
  const policy = page.headers.get('content-security-policy') ?? '';
  const config: object = Object(await (await fetch(`${phoneUrl}/config.json`)).json());
  let server = await startWebServer({ port: 0, folder: 'console/dist/phone', policy, config });
  const { port } = server;
  return {
    browserArgument: `--host-resolver-rules=MAP ${new URL(phoneUrl).host} 127.0.0.1:${port}`,
    serveLater: async () => {
      await server.close();
      server = await startWebServer({ port, folder: later, policy, config });
    },
    close: async () => {
      await server.close();
      await rm(folder, { recursive: true });
    },
  };
}

async function rewrite(file: string, what: string | RegExp, by: string): Promise<void> {
  const before = await readFile(file, 'utf8');
  const after = before.replace(what, by);
  if (after === before) throw new Error(`${file} is not as it was`);
  await writeFile(file, after);
}
