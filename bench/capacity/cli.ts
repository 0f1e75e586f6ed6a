import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { parseArgs } from 'node:util';
import { runCommand, UsageError } from '../../scripts/command-line.ts';
import { CLOUD_OPTIONS, onCloud } from '../own-cloud.ts';
import { DATA_FOLDER, readData } from './data.ts';
import { renderCapacity } from './document/render.ts';

const HELP = `Measures what releases cost on a local cloud, and writes docs/capacity.md with its plots from that, prices and quotas.

  npm run capacity -- [--port P] [--administrators N]    starts a local cloud of its own, or uses the one on port P alone
  npm run capacity -- --recorded                         writes the page from what was measured last

Each administrator releases three tokens; the first release of each is not counted.
`;

const root = join(import.meta.dirname, '../..');
const OWN_PORT = 4630;
const MOST_ADMINISTRATORS = 20;

await runCommand(async () => {
  const { values } = parseArgs({
    options: { ...CLOUD_OPTIONS, administrators: { type: 'string', default: '3' } },
  });
  if (values.help) {
    console.log(HELP);
    return;
  }
  if (!values.recorded) {
    const administrators = administratorsOf(values.administrators);
    await onCloud(values.port, OWN_PORT, () => writeMeasured(administrators));
  }
  for (const [file, text] of Object.entries(renderCapacity(readData()))) {
    mkdirSync(dirname(join(root, file)), { recursive: true });
    writeFileSync(join(root, file), text);
    console.log(`Wrote ${file}`);
  }
});

function administratorsOf(text: string): number {
  const count = Number(text);
  if (Number.isInteger(count) && count >= 1 && count <= MOST_ADMINISTRATORS) return count;
  throw new UsageError(`--administrators ${text} is not a whole number from 1 to ${MOST_ADMINISTRATORS}`);
}

async function writeMeasured(administrators: number): Promise<void> {
  // It reads which cloud to use as it is loaded.
  const { measure } = await import('./measure/measure.ts');
  const measured = await measure(root, administrators, (line) => console.log(line));
  writeFileSync(join(DATA_FOLDER, 'measured.json'), `${JSON.stringify(measured, null, 2)}\n`);
}
