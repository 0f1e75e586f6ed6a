import { execFileSync } from 'node:child_process';
import { PROJECT_ROOT } from '../../tools/project.ts';

/** Names the release as git does: the tag or the commit, with `-dirty` if there are uncommitted changes. */
export function releaseName(): string {
  const described = execFileSync('git', ['describe', '--tags', '--always', '--dirty'], {
    cwd: PROJECT_ROOT,
    encoding: 'utf8',
  });
  return described.trim();
}
