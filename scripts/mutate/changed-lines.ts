import { spawnSync } from 'node:child_process';
import { PROJECT_ROOT } from '../../tools/project.ts';

const HUNK = /^@@ -\S+ \+(\d+)(?:,(\d+))? @@/;
const FILE = /^\+\+\+ b\/(.+)$/;

/** The lines that a diff without context adds or changes, each stretch as `FILE:FIRST-LAST`. */
export function listStretches(diff: string): string[] {
  const stretches: string[] = [];
  let file = '';
  for (const line of diff.split('\n')) {
    file = FILE.exec(line)?.[1] ?? file;
    const [, first, count = '1'] = HUNK.exec(line) ?? [];
    if (first && Number(count) > 0) stretches.push(`${file}:${first}-${Number(first) + Number(count) - 1}`);
  }
  return stretches;
}

/**
 * The stretches below a folder that differ from where this branch left the main branch, or from the commit before; none
 * where the checkout has neither.
 */
export function changedStretches(folder: string): string[] {
  const base = findBase();
  if (!base) return [];
  const untracked = git('ls-files', '--others', '--exclude-standard', '--', folder);
  return [
    ...listStretches(git('diff', '--unified=0', '--no-renames', '--diff-filter=AM', base, '--', folder)),
    ...untracked.split('\n').filter((path) => path !== ''),
  ].filter((stretch) => /\.ts(:|$)/.test(stretch));
}

function findBase(): string | undefined {
  const ask = (...args: string[]) => spawnSync('git', args, { cwd: PROJECT_ROOT, encoding: 'utf8' }).stdout.trim();
  const head = ask('rev-parse', '--verify', '--quiet', 'HEAD');
  for (const main of ['origin/main', 'main']) {
    const base = ask('merge-base', 'HEAD', main);
    if (base && base !== head) return base;
  }
  return ask('rev-parse', '--verify', '--quiet', 'HEAD~1') || undefined;
}

function git(...args: string[]): string {
  const { status, stdout, stderr } = spawnSync('git', args, { cwd: PROJECT_ROOT, encoding: 'utf8' });
  if (status !== 0) throw new Error(`git ${args[0]}: ${stderr.trim()}`);
  return stdout;
}
