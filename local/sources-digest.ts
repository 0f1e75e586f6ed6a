import { createHash } from 'node:crypto';
import { globSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { PROJECT_ROOT } from '../tools/project.ts';

/** A digest over project files by pattern, their names included: equal when a build of them would be. */
export function sourcesDigest(patterns: readonly string[]): string {
  const exclude = (path: string) => /(^|\/)(node_modules|dist)$/.test(path);
  const files = patterns.flatMap((pattern) => globSync(pattern, { cwd: PROJECT_ROOT, exclude })).sort();
  const hash = createHash('sha256');
  for (const file of files) {
    const path = join(PROJECT_ROOT, file);
    if (statSync(path).isFile()) hash.update(file).update('\0').update(readFileSync(path)).update('\0');
  }
  return hash.digest('hex');
}
