import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { measureBundles } from './bundles.ts';
import { measureReleases } from './releases.ts';

const HELP = `Measures the bundles and, where a port is given, releases on the local cloud there (with its demo companies, fresh).

  npm run bench -- [--port P] [--releases N]
`;

const root = join(import.meta.dirname, '..');
const { values } = parseArgs({
  options: {
    port: { type: 'string' },
    releases: { type: 'string', default: '3' },
    help: { type: 'boolean', default: false },
  },
});

try {
  if (values.help) console.log(HELP);
  else await measure();
} catch (error) {
  console.error(error instanceof Error ? error.message : String(error));
  process.exitCode = 1;
}

async function measure(): Promise<void> {
  console.log('function                   kB    gzip kB   import ms (median of 5)');
  for (const { name, kilobytes, gzipKilobytes, importMs } of measureBundles(root)) {
    const figures = [kilobytes.toFixed(0), gzipKilobytes.toFixed(0), importMs.toFixed(0)];
    console.log(`${name.padEnd(24)} ${figures.map((figure) => figure.padStart(6)).join('    ')}`);
  }
  if (!values.port) return;
  console.log(`\nReleasing ${values.releases} times, one at a time`);
  const { p50, p95 } = await measureReleases(root, Number(values.port), Number(values.releases));
  console.log(`from request to applied: p50 ${p50.toFixed(0)} ms, p95 ${p95.toFixed(0)} ms`);
}
