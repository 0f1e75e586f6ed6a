import { parsePort, parseWholeNumber, runCommand, UsageError } from '../tools/command-line.ts';
import { PROJECT_ROOT } from '../tools/project.ts';
import { withCommit } from './beside.ts';
import { printBundles } from './bundles.ts';
import { type Figures, measureSide, RATE, type Side } from './measure-side.ts';

const HELP = `Measures the bundles (after npm run check:templates) or, where a port is given, releases on the local cloud there,
which nobody else may use meanwhile: calls, CPU by function, median and rate. What follows from a release counts as well.

  npm run bench -- [--port P] [--releases N] [--against COMMIT]

  --port P          the local cloud of this checkout
  --releases N      releases one after another in each turn (10); twice as many follow, eight at a time
  --against COMMIT  starts that commit's local cloud on the next port, and measures both in turns
`;

const OPTIONS = { port: { type: 'string' }, releases: { type: 'string' }, against: { type: 'string' } } as const;

/** Turns of each side; of every figure the best one counts, for what else runs on the machine only makes it worse. */
const TURNS = 3;

await runCommand({ help: HELP, options: OPTIONS }, async ({ port, releases, against }) => {
  if (port === undefined) {
    if (against !== undefined) throw new UsageError('--against needs the --port of this checkout’s local cloud');
    return printBundles();
  }
  const times = parseWholeNumber('--releases', releases, { from: 1, to: 1000, otherwise: 10 });
  const own: Side = { name: 'here', root: PROJECT_ROOT, port: parsePort(port) };
  if (against === undefined) return printInTurns([own], times);
  console.log(`Starting the local cloud of ${against}`);
  await withCommit(against, own.port + 1, (other) => printInTurns([own, other], times));
});

async function printInTurns(sides: readonly Side[], releases: number): Promise<void> {
  const best = sides.map(() => new Map<string, number>());
  for (let turn = 1; turn <= TURNS; turn++) {
    for (const [index, side] of sides.entries()) {
      console.log(`Turn ${turn} of ${TURNS}: ${side.name}`);
      keepBest(best[index] ?? new Map(), await measureSide(side, releases));
    }
  }
  const line = (name: string, columns: readonly string[]) =>
    console.log(name.padEnd(34) + columns.map((column) => column.padStart(10)).join(''));
  line('a release', [...sides.map(({ name }) => name), ...(sides.length > 1 ? ['ratio'] : [])]);
  for (const name of new Set(best.flatMap((figures) => [...figures.keys()]))) {
    const values = best.map((figures) => figures.get(name) ?? 0);
    const [here = 0, there] = values;
    line(
      name,
      [...values, ...(there === undefined ? [] : [here / there])].map((value) => value.toFixed(2)),
    );
  }
}

function keepBest(kept: Map<string, number>, figures: Figures): void {
  for (const [name, value] of figures) {
    const better = name === RATE ? Math.max : Math.min;
    kept.set(name, better(kept.get(name) ?? value, value));
  }
}
