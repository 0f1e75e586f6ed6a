import { spawn } from 'node:child_process';
import { readFileSync } from 'node:fs';

export interface Finished {
  readonly exitCode: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

const { scripts }: { scripts: Record<string, string> } = JSON.parse(readFileSync('package.json', 'utf8'));

/** The program of a script of the project and its first arguments: npm itself would take longer than many of them. */
function parseScript(script: string): string[] {
  const words = scripts[script]?.replace(/^exec /, '').split(' ') ?? [];
  if (words[0] !== 'node') throw new Error(`npm run ${script} is no program of Node`);
  return words.slice(1);
}

/** Runs a script of the project to its end as npm does, by default in this process's environment. */
export function runScript(script: string, args: readonly string[], env = process.env): Promise<Finished> {
  return new Promise((resolve, reject) => {
    const child = spawn(process.execPath, [...parseScript(script), ...args], {
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
