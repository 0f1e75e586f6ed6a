import { rmSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import { failureLine } from './failure.ts';
import { openInstance } from './instance.ts';
import { parseDownOptions } from './options.ts';
import { forgetProcesses, isLiving, livingProcesses } from './process/process-record.ts';
import { killGroup } from './process/run-command.ts';

/** Longer than the supervisor itself waits for the engine. */
const STOP_WITHIN_MS = 30_000;

/** `npm run local:down`: stops the local cloud of a port and waits until none of its processes is left. */
async function down(args: readonly string[]): Promise<void> {
  const { port } = parseDownOptions(args);
  const instance = openInstance(port);
  const processes = livingProcesses(instance.processFile);
  if (processes.length === 0) {
    process.stdout.write(`No hay nube local en el puerto ${port} · No local cloud runs on port ${port}\n`);
  } else {
    // Asked, the supervisor stops the engine itself; alone, the engine is asked.
    const first = processes.find(({ name }) => name === 'supervisor') ?? processes[0];
    if (first) process.kill(first.pid, 'SIGTERM');
    const deadline = Date.now() + STOP_WITHIN_MS;
    while (processes.some(isLiving) && Date.now() < deadline) await sleep(50);
    for (const recorded of processes)
      killGroup(isLiving(recorded) || recorded.name === 'engine' ? recorded.pid : undefined);
    process.stdout.write(`Nube local del puerto ${port} detenida · Local cloud on port ${port} stopped\n`);
  }
  forgetProcesses(instance.processFile);
  rmSync(instance.stackFile, { force: true });
}

try {
  await down(process.argv.slice(2));
} catch (error) {
  process.stderr.write(`✘ ${failureLine(error)}\n`);
  process.exitCode = 1;
}
