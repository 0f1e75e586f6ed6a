import { spawn } from 'node:child_process';
import { fileURLToPath } from 'node:url';

/** The project's folder. */
export const PROJECT_FOLDER = fileURLToPath(new URL('..', import.meta.url));

/** Runs a command in the project's folder with this terminal as its own; throws where it ends badly. */
export async function runInherited(command: string, args: readonly string[]): Promise<void> {
  const child = spawn(command, args, { cwd: PROJECT_FOLDER, stdio: 'inherit' });
  const code = await new Promise<number | null>((resolve, reject) => {
    child.once('error', reject);
    child.once('close', resolve);
  });
  if (code !== 0) throw new Error(`${[command, ...args.slice(0, 2)].join(' ')} ended with ${code}`);
}
