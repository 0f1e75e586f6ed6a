import { spawn } from 'node:child_process';

export interface Finished {
  readonly exitCode: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** Runs an npm script of the project to its end, by default in this process's environment, and gives what it printed. */
export function runScript(script: string, args: readonly string[], env = process.env): Promise<Finished> {
  return new Promise((resolve, reject) => {
    const child = spawn('npm', ['run', '--silent', script, '--', ...args], {
      env,
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    let stdout = '';
    let stderr = '';
    child.stdout.setEncoding('utf8').on('data', (text: string) => {
      stdout += text;
    });
    child.stderr.setEncoding('utf8').on('data', (text: string) => {
      stderr += text;
    });
    child.once('error', reject);
    child.once('close', (exitCode) => resolve({ exitCode, stdout, stderr }));
  });
}

/** Runs an npm script that must succeed. */
export async function mustRun(script: string, args: readonly string[]): Promise<Finished> {
  const finished = await runScript(script, args);
  if (finished.exitCode === 0) return finished;
  throw new Error(
    `npm run ${script} -- ${args.join(' ')} ended with ${finished.exitCode}:\n${finished.stdout}${finished.stderr}`,
  );
}
