import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { projectPath } from '../../tools/project.ts';
import { runLogged } from '../../tools/run-program.ts';
import { sourcesDigest } from '../sources-digest.ts';

/** The sources of the pages: their own files, the API's client, the phone protocol, and the versions of their packages. */
const SOURCES = ['console/**/*', 'client/**/*', 'phone/protocol/**/*', 'package-lock.json'];

/** Builds the console and the phone page where their sources have changed; returns whether it had to. */
export async function buildPages(log: string, signal: AbortSignal): Promise<boolean> {
  const digest = sourcesDigest(SOURCES);
  const builtFrom = projectPath('console/dist/built-from');
  const isBuilt = ['console', 'phone'].every((page) => existsSync(projectPath(`console/dist/${page}/index.html`)));
  if (isBuilt && existsSync(builtFrom) && readFileSync(builtFrom, 'utf8') === digest) return false;
  await runLogged('npm', ['run', 'build', '--workspace', 'console'], { log, signal });
  writeFileSync(builtFrom, digest);
  return true;
}
