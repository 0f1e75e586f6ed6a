import { fileURLToPath } from 'node:url';

/** The project's own folder, wherever a command is run from. */
export const PROJECT_ROOT = fileURLToPath(new URL('..', import.meta.url));

/** A path inside the project. */
export function projectPath(path: string): string {
  return fileURLToPath(new URL(`../${path}`, import.meta.url));
}
