import { join } from 'node:path';

/** The project's own folder, wherever a command is run from. */
export const PROJECT_ROOT = join(import.meta.dirname, '..');

/** A path inside the project. */
export function projectPath(path: string): string {
  return join(PROJECT_ROOT, path);
}
