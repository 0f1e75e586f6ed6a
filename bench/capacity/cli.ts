import { readFileSync, writeFileSync } from 'node:fs';
import { readStack } from '../../phone/stack.ts';
import { parsePort, runCommand } from '../../tools/command-line.ts';
import { projectPath } from '../../tools/project.ts';
import { runInherited } from '../../tools/run-program.ts';
import { dataFile, readData } from './data.ts';
import { fillPage, renderFigures } from './page.ts';

const HELP = `Measures what a release costs on a local cloud, and writes docs/capacity.md from that, prices and quotas.

  npm run capacity -- [--port P]     starts a local cloud of its own, or uses the one on port P alone
  npm run capacity -- --recorded     writes the page from what was measured last
`;

const OPTIONS = { port: { type: 'string' }, recorded: { type: 'boolean', default: false } } as const;
const PAGE = 'docs/capacity.md';
const OWN_PORT = 4630;

await runCommand({ help: HELP, options: OPTIONS }, async ({ port, recorded }) => {
  if (!recorded) await (port === undefined ? measureOnOwn() : measureOn(parsePort(port)));
  const page = projectPath(PAGE);
  writeFileSync(page, fillPage(readFileSync(page, 'utf8'), renderFigures(readData())));
  console.log(`Wrote ${PAGE}`);
});

async function measureOn(port: number): Promise<void> {
  await readStack(port);
  // It reads which cloud to use as it is loaded.
  process.env.LLAVERO_CLOUD_PORT = String(port);
  const { measure } = await import('./measure.ts');
  writeFileSync(dataFile('measured'), `${JSON.stringify(await measure(), null, 2)}\n`);
}

/** Measures on a local cloud that is started before and stopped after. */
async function measureOnOwn(): Promise<void> {
  const npm = (script: string, ...args: string[]) =>
    runInherited('npm', ['run', '--silent', script, '--', '--port', String(OWN_PORT), ...args]);
  await npm('local:down');
  try {
    await npm('local:up', '--no-demo', '--no-pages');
    await measureOn(OWN_PORT);
  } finally {
    await npm('local:down');
  }
}
