import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { PROJECT_ROOT } from '../tools/project.ts';
import { runLogged } from '../tools/run-program.ts';
import type { Side } from './measure-side.ts';

/** Checks a commit out into a temporary folder, starts its local cloud, and takes both away once the body has ended. */
export async function withCommit<T>(commit: string, port: number, body: (side: Side) => Promise<T>): Promise<T> {
  const git = (...args: string[]) => execFileSync('git', ['-C', PROJECT_ROOT, ...args], { encoding: 'utf8' }).trim();
  const folder = mkdtempSync(join(tmpdir(), 'llavero-against-'));
  const root = join(folder, 'checkout');
  const run = (...args: string[]) => runLogged('npm', args, { cwd: root, log: join(folder, 'npm.log') });
  git('worktree', 'add', '--detach', root, commit);
  try {
    const lock = (checkout: string) => readFileSync(join(checkout, 'package-lock.json'), 'utf8');
    if (lock(root) === lock(PROJECT_ROOT)) symlinkSync(join(PROJECT_ROOT, 'node_modules'), join(root, 'node_modules'));
    else await run('ci');
    // The engine, which takes a minute to install, is kept by its version.
    symlinkSync(join(PROJECT_ROOT, '.venv'), join(root, '.venv'));
    try {
      await run('run', 'local:up', '--', '--port', String(port), '--no-demo', '--no-pages');
      return await body({ name: git('rev-parse', '--short', commit), root, port });
    } finally {
      await run('run', 'local:down', '--', '--port', String(port));
    }
  } finally {
    git('worktree', 'remove', '--force', root);
  }
}
