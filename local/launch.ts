import { fork } from 'node:child_process';
import { openSync } from 'node:fs';
import { join } from 'node:path';
import { projectPath } from '../tools/project.ts';
import { openInstance } from './instance.ts';
import type { LocalOptions } from './options.ts';
import { livingProcesses } from './process-record.ts';
import type { StepMessage } from './steps.ts';

/** This command looks so often if its parent process is still there. */
const PARENT_CHECK_MS = 1_000;
/** Without a terminal, a step that takes long says so this often. */
const QUIET_INTERVAL_MS = 5_000;

/**
 * Starts the supervisor, shows its steps, and passes it the wish to stop. `ready` is true if the local cloud came up, and
 * false when it failed or was stopped before.
 */
export function launch(options: LocalOptions) {
  const instance = openInstance(options.port);
  if (livingProcesses(instance.processFile).length > 0) {
    throw new Error(
      `A local cloud runs on port ${options.port} already: npm run local:down -- --port ${options.port} stops it`,
    );
  }

  const log = openSync(join(instance.logs, 'supervisor.log'), 'w');
  // A group of its own: Ctrl-C reaches this command only, which then has everything stopped in order.
  const supervisor = fork(projectPath('local/supervisor.ts'), [JSON.stringify(options)], {
    detached: true,
    stdio: ['ignore', log, log, 'ipc'],
  });
  const show = openDisplay(process.stdout);
  const ended = new Promise<number>((resolve) => supervisor.once('exit', (code) => resolve(code ?? 1)));
  const ready = new Promise<boolean>((resolve) => {
    supervisor.on('message', (message: StepMessage) => {
      show(message);
      if (message.kind === 'ready' || message.kind === 'failed') resolve(message.kind === 'ready');
    });
    supervisor.once('exit', (_code, signal) => {
      if (signal) show({ kind: 'failed', text: `✘ The local cloud's supervisor ended by ${signal}` });
      resolve(false);
    });
  });

  const stop = () => {
    if (supervisor.connected) supervisor.send('stop');
  };
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) {
    process.on(signal, () => {
      process.stdout.write('\nDeteniendo · Stopping…\n');
      stop();
    });
  }
  // A shell between npm and this command may die of a signal without passing it on.
  const parent = process.ppid;
  setInterval(() => {
    if (process.ppid !== parent) stop();
  }, PARENT_CHECK_MS).unref();

  return { instance, supervisor, ready, ended };
}

/** Shows steps as they run: a live line of what runs on a terminal, plain lines anywhere else. */
function openDisplay(output: NodeJS.WriteStream): (message: StepMessage) => void {
  const anew = output.isTTY ? '\r\x1b[K' : '';
  let lastAt = performance.now();
  return ({ kind, text }) => {
    if (kind !== 'running') output.write(`${anew}${text}\n`);
    else if (output.isTTY) output.write(`${anew}${text.slice(0, (output.columns || 80) - 1)}`);
    else if (performance.now() - lastAt >= QUIET_INTERVAL_MS) {
      lastAt = performance.now();
      output.write(`${text}\n`);
    }
  };
}
