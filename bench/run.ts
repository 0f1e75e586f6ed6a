import { parsePort, parseWholeNumber, runCommand } from '../tools/command-line.ts';
import { projectPath } from '../tools/project.ts';
import { measureBundles } from './bundles.ts';
import { measureReleases } from './releases.ts';

const HELP = `Measures the bundles (after npm run check:templates) and, where a port is given, releases on the local cloud there.
That cloud has its demo companies, fresh.

  npm run bench -- [--port P] [--releases N]
`;

const OPTIONS = { port: { type: 'string' }, releases: { type: 'string' } } as const;

await runCommand({ help: HELP, options: OPTIONS }, async ({ port, releases }) => {
  console.log('function                   kB    gzip kB   import ms (median of 5)');
  for (const { name, kilobytes, gzipKilobytes, importMs } of measureBundles(projectPath('.'))) {
    const figures = [kilobytes.toFixed(0), gzipKilobytes.toFixed(0), importMs.toFixed(0)];
    console.log(`${name.padEnd(24)} ${figures.map((figure) => figure.padStart(6)).join('    ')}`);
  }
  if (port === undefined) return;
  const times = parseWholeNumber('--releases', releases, { from: 1, to: 1000, otherwise: 3 });
  console.log(`\nReleasing ${times} times, one at a time`);
  const { p50, p95 } = await measureReleases(projectPath('.'), parsePort(port), times);
  console.log(`from request to applied: p50 ${p50.toFixed(0)} ms, p95 ${p95.toFixed(0)} ms`);
});
