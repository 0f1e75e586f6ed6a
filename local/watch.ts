import { styleText } from 'node:util';
import { parsePort, runCommand } from '../tools/command-line.ts';
import { enginePort, openInstance } from './instance.ts';
import { type AlarmChange, watch } from './metrics/watch.ts';
import { livingProcesses } from './process-record.ts';

const USAGE = `npm run local:watch -- [--port P]

Hace de CloudWatch en la nube local del puerto P (4566) y muestra las alarmas que cambian, hasta Ctrl-C.
Is what CloudWatch would be on the local cloud of port P (4566), and shows alarms as they change, until Ctrl-C.
`;

const COLORS: Readonly<Record<string, 'red' | 'green' | 'yellow'>> = { ALARM: 'red', OK: 'green' };

/** `npm run local:watch`: metrics into the local cloud's CloudWatch, alarms out of it. */
async function run(port: number): Promise<void> {
  const instance = openInstance(port);
  const engine = enginePort(instance);
  if (engine === undefined || livingProcesses(instance.processFile).length === 0) {
    throw new Error(`No local cloud on port ${port}: start one with "npm run local:up -- --port ${port}"`);
  }

  const ending = new AbortController();
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.once(signal, () => ending.abort());
  console.log(`Observando la nube local del puerto ${port} · Watching the local cloud on port ${port} (Ctrl-C)`);
  const watching = watch(
    {
      engineEndpoint: `http://127.0.0.1:${engine}`,
      relayEndpoint: instance.endpoint,
      onAlarm: (change) => console.log(line(change)),
      onMalformed: (logGroup, problem) => process.stderr.write(`✘ ${logGroup}: ${problem}\n`),
    },
    ending.signal,
  );
  await watching.catch((error: unknown) => {
    if (livingProcesses(instance.processFile).length > 0) throw error;
    throw new Error(`The local cloud on port ${port} has ended`);
  });
}

function line({ name, state, description }: AlarmChange): string {
  const time = new Date().toTimeString().slice(0, 8);
  const shown = styleText(COLORS[state] ?? 'yellow', state.padEnd(17), { stream: process.stdout });
  return `${time}  ${shown}  ${name}  ${description}`;
}

await runCommand({ help: USAGE, options: { port: { type: 'string' } } }, (values) => run(parsePort(values.port)));
