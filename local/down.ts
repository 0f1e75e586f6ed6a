import { rmSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import { parsePort, runCommand } from '../tools/command-line.ts';
import { killGroup } from '../tools/run-program.ts';
import { openInstance } from './instance.ts';
import { forgetProcesses, isLiving, livingProcesses } from './process-record.ts';

const HELP = `Stops the local cloud of a port, and leaves no process of it.

  npm run local:down -- [--port P]

  --port P   its port (4566)
  --help     this text
`;

/** Longer than the supervisor itself waits for the engine. */
const STOP_WITHIN_MS = 30_000;

/** `npm run local:down`: stops the local cloud of a port and waits until none of its processes is left. */
async function down(port: number): Promise<void> {
  const instance = openInstance(port);
  const processes = livingProcesses(instance.processFile);
  if (processes.length === 0) {
    console.log(`No hay nube local en el puerto ${port} · No local cloud runs on port ${port}`);
  } else {
    // Asked, the supervisor stops the engine itself; alone, the engine is asked.
    const first = processes.find(({ name }) => name === 'supervisor') ?? processes[0];
    if (first) process.kill(first.pid, 'SIGTERM');
    const deadline = Date.now() + STOP_WITHIN_MS;
    while (processes.some(isLiving) && Date.now() < deadline) await sleep(50);
    for (const recorded of processes)
      killGroup(isLiving(recorded) || recorded.name === 'engine' ? recorded.pid : undefined);
    console.log(`Nube local del puerto ${port} detenida · Local cloud on port ${port} stopped`);
  }
  forgetProcesses(instance.processFile);
  rmSync(instance.stackFile, { force: true });
}

await runCommand({ help: HELP, options: { port: { type: 'string' } } }, (values) => down(parsePort(values.port)));
