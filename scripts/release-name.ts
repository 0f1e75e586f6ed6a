import { execFileSync } from 'node:child_process';
import { PROJECT_FOLDER } from './run-inherited.ts';

/** What is being deployed, as git calls it: the tag, or the commit, with `-dirty` where there is more than was committed. */
export function releaseName(): string {
  const described = execFileSync('git', ['describe', '--tags', '--always', '--dirty'], {
    cwd: PROJECT_FOLDER,
    encoding: 'utf8',
  });
  return described.trim();
}
