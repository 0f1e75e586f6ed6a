import { failureLine } from '../tools/command-line.ts';
import { openInstance } from './instance.ts';
import { LocalCloud } from './local-cloud.ts';
import type { LocalOptions } from './options.ts';
import { recordProcess } from './process-record.ts';
import { readyLines } from './ready-lines.ts';
import { Steps } from './steps.ts';

/**
 * The process behind a local cloud: it runs the relay and the web servers, and watches the engine. It stops all of it
 * on request, after a failure, or when the command that started it ends without letting it run on.
 */
const options: LocalOptions = JSON.parse(process.argv[2] ?? '');
const instance = openInstance(options.port);
const steps = new Steps((message) => {
  if (message.kind !== 'running') console.log(message.text);
  if (process.connected) process.send?.(message);
});
const cloud = new LocalCloud(instance, options, steps);
let runsOn = false;
let ending: Promise<void> | undefined;

function end(exitCode: number): Promise<void> {
  ending ??= cloud.stop().finally(() => process.exit(exitCode));
  return ending;
}

function fail(error: unknown): Promise<void> {
  if (!ending) {
    console.error(error);
    steps.end('failed', `✘ ${failureLine(error)}`);
  }
  return end(1);
}

process.on('SIGTERM', () => void end(0));
process.on('SIGINT', () => void end(0));
process.on('SIGHUP', () => void (runsOn ? undefined : end(0)));
process.on('uncaughtException', (error) => void fail(error));
process.on('unhandledRejection', (error) => void fail(error));
process.on('message', (message) => {
  if (message === 'run-on') runsOn = true;
  if (message === 'stop') void end(0);
});
process.on('disconnect', () => {
  if (!runsOn) void end(0);
});

recordProcess(instance.processFile, 'supervisor', process.pid);
try {
  const stack = await cloud.start(() => void fail(new Error(`The engine ended, see ${instance.logs}/engine.log`)));
  steps.end('ready', ['', ...readyLines(instance, stack)].join('\n'));
} catch (error) {
  await fail(error);
}
