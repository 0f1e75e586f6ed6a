import { writeFileSync } from 'node:fs';
import * as z from 'zod';
import { parsePort, runCommand } from '../../tools/command-line.ts';
import { projectPath } from '../../tools/project.ts';
import { readStackFile } from '../../tools/read-stack-file.ts';
import { runInherited } from '../../tools/run-program.ts';
import { MEASURED_FILE, readData } from './data.ts';
import { renderCapacity } from './document/render.ts';

const HELP = `Measures what a release costs on a local cloud, and writes docs/capacity.md from that, prices and quotas.

  npm run capacity -- [--port P]     starts a local cloud of its own, or uses the one on port P alone
  npm run capacity -- --recorded     writes the page from what was measured last
`;

const OPTIONS = { port: { type: 'string' }, recorded: { type: 'boolean', default: false } } as const;
const DOCUMENT = 'docs/capacity.md';
const OWN_PORT = '4630';

await runCommand({ help: HELP, options: OPTIONS }, async ({ port, recorded }) => {
  if (!recorded) await measureOn(port);
  writeFileSync(projectPath(DOCUMENT), renderCapacity(readData()));
  console.log(`Wrote ${DOCUMENT}`);
});

/** Measures on the local cloud of the given port, or on one of its own, started before and stopped after. */
async function measureOn(given: string | undefined): Promise<void> {
  if (given !== undefined) {
    await readStackFile(parsePort(given), z.object({ endpoint: z.url() }));
    return writeMeasured(given);
  }
  await npm('local:down', '--port', OWN_PORT);
  try {
    await npm('local:up', '--port', OWN_PORT, '--no-demo', '--no-pages');
    await writeMeasured(OWN_PORT);
  } finally {
    await npm('local:down', '--port', OWN_PORT);
  }
}

function npm(script: string, ...args: string[]): Promise<void> {
  return runInherited('npm', ['run', '--silent', script, '--', ...args]);
}

async function writeMeasured(port: string): Promise<void> {
  // It reads which cloud to use as it is loaded.
  process.env.LLAVERO_CLOUD_PORT = port;
  const { measure } = await import('./measure/measure.ts');
  writeFileSync(MEASURED_FILE, `${JSON.stringify(await measure((line) => console.log(line)), null, 2)}\n`);
}
