import { spawn } from 'node:child_process';
import { createWriteStream } from 'node:fs';
import { createInterface } from 'node:readline';
import { finished } from 'node:stream/promises';
import { PROJECT_ROOT } from './project.ts';

/** Runs a program in the project's folder with this terminal as its own; throws where it ends badly. */
export async function runInherited(command: string, args: readonly string[]): Promise<void> {
  const child = spawn(command, args, { cwd: PROJECT_ROOT, stdio: 'inherit' });
  const code = await new Promise<number | null>((resolve, reject) => {
    child.once('error', reject);
    child.once('close', resolve);
  });
  if (code !== 0) throw new Error(`${[command, ...args.slice(0, 2)].join(' ')} ended with ${code}`);
}

export interface LoggedOptions {
  /** Where everything it prints is kept. */
  readonly log: string;
  readonly env?: NodeJS.ProcessEnv;
  readonly signal?: AbortSignal;
  readonly onLine?: (line: string) => void;
  /** @default the project's folder */
  readonly cwd?: string;
}

/** A line that explains a failure better than the last line does. */
const ERROR_LINE = /^\S*Error\b|^✘|^❌/;

/** Runs a program to its end; throws, with its last words and the log's place, when it fails. */
export async function runLogged(command: string, args: readonly string[], options: LoggedOptions): Promise<void> {
  const { signal } = options;
  signal?.throwIfAborted();
  const log = createWriteStream(options.log);
  // A group of its own: stopping it reaches what it started too.
  const child = spawn(command, args, {
    cwd: options.cwd ?? PROJECT_ROOT,
    env: options.env ?? process.env,
    stdio: ['ignore', 'pipe', 'pipe'],
    detached: true,
  });
  const stop = () => killGroup(child.pid);
  signal?.addEventListener('abort', stop, { once: true });

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
      throw new Error(`${errorWords || lastWords || `${command} ended with ${code}`} (see ${options.log})`);
  } finally {
    signal?.removeEventListener('abort', stop);
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
