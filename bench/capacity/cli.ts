import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { readStack } from '../../phone/stack.ts';
import { parsePort, runCommand, UsageError } from '../../scripts/command-line.ts';
import { mustRun, runScript } from '../../test/cloud/support/run.ts';
import { DATA_FOLDER, readData } from './data.ts';
import { renderCapacity } from './document/render.ts';

const HELP = `Measures what releases cost on a local cloud, and writes docs/capacity.md from that, prices and quotas.

  npm run capacity -- [--port P] [--administrators N]    starts a local cloud of its own, or uses the one on port P alone
  npm run capacity -- --recorded                         writes the page from what was measured last

Each administrator releases three tokens; the first release of each is not counted.
`;

const root = join(import.meta.dirname, '../..');
const DOCUMENT = 'docs/capacity.md';
const OWN_PORT = '4630';
const MOST_ADMINISTRATORS = 20;

await runCommand(async () => {
  const { values } = parseArgs({
    options: {
      port: { type: 'string' },
      administrators: { type: 'string', default: '3' },
      recorded: { type: 'boolean', default: false },
      help: { type: 'boolean', default: false },
    },
  });
  if (values.help) {
    console.log(HELP);
    return;
  }
  if (!values.recorded) await measureOn(values.port, parseAdministrators(values.administrators));
  writeFileSync(join(root, DOCUMENT), renderCapacity(readData()));
  console.log(`Wrote ${DOCUMENT}`);
});

function parseAdministrators(text: string): number {
  const count = Number(text);
  if (Number.isInteger(count) && count >= 1 && count <= MOST_ADMINISTRATORS) return count;
  throw new UsageError(`--administrators ${text} is not a whole number from 1 to ${MOST_ADMINISTRATORS}`);
}

/** Measures on the local cloud of the given port, or on one of its own, started before and stopped after. */
async function measureOn(given: string | undefined, administrators: number): Promise<void> {
  if (given !== undefined) {
    await readStack(parsePort(given));
    return writeMeasured(given, administrators);
  }
  console.log(`Starting a local cloud on port ${OWN_PORT}`);
  await runScript('local:down', ['--port', OWN_PORT]);
  try {
    await mustRun('local:up', ['--port', OWN_PORT, '--no-demo', '--no-pages']);
    await writeMeasured(OWN_PORT, administrators);
  } finally {
    await runScript('local:down', ['--port', OWN_PORT]);
  }
}

async function writeMeasured(port: string, administrators: number): Promise<void> {
  // It reads which cloud to use as it is loaded.
  process.env.LLAVERO_CLOUD_PORT = port;
  const { measure } = await import('./measure/measure.ts');
  const measured = await measure(root, administrators, (line) => console.log(line));
  writeFileSync(join(DATA_FOLDER, 'measured.json'), `${JSON.stringify(measured, null, 2)}\n`);
}
