import { execFileSync } from 'node:child_process';
import { PROJECT_ROOT } from '../tools/project.ts';

/** What is being deployed, as git calls it: the tag, or the commit, with `-dirty` where there is more than was committed. */
export function releaseName(): string {
  const described = execFileSync('git', ['describe', '--tags', '--always', '--dirty'], {
    cwd: PROJECT_ROOT,
    encoding: 'utf8',
  });
  return described.trim();
}
