import { createHash } from 'node:crypto';
import { existsSync, globSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { runCommand } from '../process/run-command.ts';
import { PROJECT_ROOT, projectPath } from '../project.ts';

/** What the pages are made of: their own sources, the phone protocol, and the versions of what they use. */
const SOURCES = ['console/**/*', 'phone/protocol/**/*', 'package-lock.json'];

/** Builds the console and the phone page where their sources have changed; returns whether it had to. */
export async function buildPages(log: string, signal: AbortSignal): Promise<boolean> {
  const digest = sourcesDigest();
  const builtFrom = projectPath('console/dist/built-from');
  const isBuilt = ['console', 'phone'].every((page) => existsSync(projectPath(`console/dist/${page}/index.html`)));
  if (isBuilt && existsSync(builtFrom) && readFileSync(builtFrom, 'utf8') === digest) return false;
  await runCommand('npm', ['run', 'build', '--workspace', 'console'], { env: process.env, log, signal });
  writeFileSync(builtFrom, digest);
  return true;
}

function sourcesDigest(): string {
  const exclude = (path: string) => /(^|\/)(node_modules|dist)$/.test(path);
  const files = SOURCES.flatMap((pattern) => globSync(pattern, { cwd: PROJECT_ROOT, exclude })).sort();
  const hash = createHash('sha256');
  for (const file of files) {
    const path = join(PROJECT_ROOT, file);
    if (statSync(path).isFile()) hash.update(file).update('\0').update(readFileSync(path)).update('\0');
  }
  return hash.digest('hex');
}
