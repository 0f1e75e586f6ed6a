import { spawn } from 'node:child_process';
import { createWriteStream } from 'node:fs';
import { createInterface } from 'node:readline';
import { finished } from 'node:stream/promises';
import { LocalCloudError } from '../failure.ts';
import { PROJECT_ROOT } from '../project.ts';

export interface CommandOptions {
  readonly env: NodeJS.ProcessEnv;
  /** Where everything it prints is kept. */
  readonly log: string;
  readonly signal: AbortSignal;
  readonly onLine?: (line: string) => void;
  /** @default the project's folder */
  readonly cwd?: string;
}

/** What tells more of a failure than the last line does. */
const ERROR_LINE = /^\S*Error\b|^✘|^❌/;

/** Runs a command to its end; throws, with its last words and the log's place, when it fails. */
export async function runCommand(command: string, args: readonly string[], options: CommandOptions): Promise<void> {
  options.signal.throwIfAborted();
  const log = createWriteStream(options.log);
  // A group of its own: stopping it reaches what it started too.
  const child = spawn(command, args, {
    cwd: options.cwd ?? PROJECT_ROOT,
    env: options.env,
    stdio: ['ignore', 'pipe', 'pipe'],
    detached: true,
  });
  const stop = () => killGroup(child.pid);
  options.signal.addEventListener('abort', stop, { once: true });

  let lastWords = '';
  let errorWords = '';
  for (const stream of [child.stdout, child.stderr]) {
    stream.pipe(log, { end: false });
    createInterface({ input: stream }).on('line', (line) => {
      if (line.trim()) lastWords = line.trim();
      if (ERROR_LINE.test(line)) errorWords ||= line.replace(/^[✘❌\s]+/, '').trim();
      options.onLine?.(line);
    });
  }
  try {
    const code = await new Promise<number | null>((resolve, reject) => {
      child.once('error', reject);
      child.once('close', resolve);
    });
    if (code !== 0)
      throw new LocalCloudError(`${errorWords || lastWords || `${command} ended with ${code}`} (see ${options.log})`);
  } finally {
    options.signal.removeEventListener('abort', stop);
    log.end();
    await finished(log);
  }
}

/** Kills a process group; one that is gone already is fine. */
export function killGroup(pid: number | undefined, signal: NodeJS.Signals = 'SIGKILL'): void {
  if (pid === undefined) return;
  try {
    process.kill(-pid, signal);
  } catch (error) {
    if (!(error instanceof Error && 'code' in error && error.code === 'ESRCH')) throw error;
  }
}
