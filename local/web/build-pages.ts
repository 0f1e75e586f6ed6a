import { existsSync, mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { projectPath } from '../../tools/project.ts';
import { runLogged } from '../../tools/run-program.ts';
import { sourcesDigest } from '../sources-digest.ts';

/** The sources of the pages: their own files, the API's client, the phone protocol, and the versions of their packages. */
const SOURCES = ['console/**/*', 'client/**/*', 'phone/protocol/**/*', 'package-lock.json'];
const PAGES = ['console', 'phone'];

/** Builds the console and the phone page where their sources have changed; returns whether it had to. */
export async function buildPages(log: string, signal: AbortSignal): Promise<boolean> {
  const digest = sourcesDigest(SOURCES);
  const served = projectPath('console/dist');
  if (isBuilt(served, digest)) return false;
  // On the same file system, so that a page that somebody serves meanwhile is never half built.
  const built = join(served, `.built-by-${process.pid}`);
  try {
    const env = { ...process.env, LLAVERO_PAGES_FOLDER: built };
    await runLogged('npm', ['run', 'build', '--workspace', 'console'], { log, signal, env });
    placePages(built, served, digest);
  } finally {
    rmSync(built, { recursive: true, force: true });
  }
  return true;
}

/** Puts finished pages where they are served from, each at once; the same ones are left, for others may serve them. */
export function placePages(built: string, served: string, digest: string): void {
  if (isBuilt(served, digest)) return;
  const before = join(built, 'before');
  mkdirSync(before);
  for (const page of PAGES) {
    if (existsSync(join(served, page))) renameSync(join(served, page), join(before, page));
    renameSync(join(built, page), join(served, page));
  }
  writeFileSync(join(served, 'built-from'), digest);
}

function isBuilt(served: string, digest: string): boolean {
  const builtFrom = join(served, 'built-from');
  const areThere = PAGES.every((page) => existsSync(join(served, page, 'index.html')));
  return areThere && existsSync(builtFrom) && readFileSync(builtFrom, 'utf8') === digest;
}
