import { spawn } from 'node:child_process';
import { createInterface } from 'node:readline';
import { text } from 'node:stream/consumers';
import { eventually } from '../support/eventually.ts';
import { cloudPort } from '../support/port.ts';

/** An alarm as the command prints it. */
export interface Printed {
  readonly name: string;
  readonly state: string;
  /** The section of the runbook. */
  readonly section: string;
}

/** `npm run local:watch` at work on the suite's cloud, and all that it has printed. */
export interface WatchCommand {
  readonly printed: readonly Printed[];
  /** Presses Ctrl-C, and gives how it ends and what it complained of. */
  interrupt(): Promise<{ readonly exitCode: unknown; readonly stderr: string; readonly unread: readonly string[] }>;
}

const LINE = /^\d\d:\d\d:\d\d {2}([A-Z_]+) +(\S+) {2}See docs\/runbook\.md#([a-z-]+)$/;

/** Starts the command, and waits until it says that it watches. */
export async function startWatchCommand(): Promise<WatchCommand> {
  const args = ['local/watch.ts', '--port', String(cloudPort())];
  const child = spawn(process.execPath, args, { stdio: ['ignore', 'pipe', 'pipe'] });
  const ended = new Promise((resolve) => child.once('close', resolve));
  const stderr = text(child.stderr);
  const printed: Printed[] = [];
  const unread: string[] = [];
  createInterface({ input: child.stdout }).on('line', (line) => {
    const [, state, name, section] = LINE.exec(line) ?? [];
    if (state && name && section) printed.push({ name, state, section });
    else unread.push(line);
  });
  await eventually(
    async () => unread,
    ([first]) => first?.includes('Watching the local cloud') ?? false,
  );
  return {
    printed,
    interrupt: async () => {
      child.kill('SIGINT');
      return { exitCode: await ended, stderr: await stderr, unread: unread.slice(1) };
    },
  };
}
