import { parsePort, parseWholeNumber, runCommand, UsageError } from '../tools/command-line.ts';
import { PROJECT_ROOT } from '../tools/project.ts';
import { withCommit } from './beside.ts';
import { printBundles } from './bundles.ts';
import { type Figures, measureSide, type Side } from './measure-side.ts';
import { type MeasuredSearch, measureSearches } from './searches.ts';

const HELP = `Measures the bundles (after npm run check:templates) and, where a port is given, releases on the local cloud there,
which nobody else may use meanwhile: calls, CPU by function, median and rate. What follows from a release counts as well.

  npm run bench -- [--port P] [--releases N] [--against COMMIT]
  npm run bench -- --port P --searches N

  --port P          the local cloud of this checkout
  --releases N      releases one after another in each turn (10); twice as many follow, eight at a time
  --searches N      instead: the same searches of a company of 10 and of one of N, which are loaded first
  --against COMMIT  starts that commit's local cloud on the next port, and measures both in turns
`;

const OPTIONS = {
  port: { type: 'string' },
  releases: { type: 'string' },
  searches: { type: 'string' },
  against: { type: 'string' },
} as const;

/** Turns of each side; of every figure the best one counts, for what else runs on the machine only makes it worse. */
const TURNS = 3;

await runCommand({ help: HELP, options: OPTIONS }, async ({ port: given, releases, searches, against }) => {
  if (given === undefined) {
    if (searches !== undefined) throw new UsageError('--searches needs the --port of this checkout’s local cloud');
    if (against !== undefined) throw new UsageError('--against needs the --port of this checkout’s local cloud');
    return printBundles(PROJECT_ROOT);
  }
  if (searches !== undefined) {
    const people = parseWholeNumber('--searches', searches, { from: 10, to: 100_000, otherwise: 10 });
    return printSearches(people, await measureSearches(parsePort(given), people));
  }
  const times = parseWholeNumber('--releases', releases, { from: 1, to: 1000, otherwise: 10 });
  const own: Side = { name: 'here', root: PROJECT_ROOT, port: parsePort(given) };
  if (against === undefined) return print(await measureInTurns([own], times));
  console.log(`Starting the local cloud of ${against}`);
  await withCommit(against, own.port + 1, async (other) => print(await measureInTurns([own, other], times)));
});

async function measureInTurns(sides: readonly Side[], releases: number): Promise<Map<Side, Map<string, number>>> {
  const best = new Map(sides.map((side) => [side, new Map<string, number>()]));
  for (let turn = 1; turn <= TURNS; turn++) {
    for (const [side, kept] of best) {
      console.log(`Turn ${turn} of ${TURNS}: ${side.name}`);
      keepBest(kept, await measureSide(side, releases));
    }
  }
  return best;
}

function keepBest(kept: Map<string, number>, figures: Figures): void {
  for (const [name, value] of figures) {
    const better = name.startsWith('a second') ? Math.max : Math.min;
    kept.set(name, better(kept.get(name) ?? value, value));
  }
}

function print(measured: ReadonlyMap<Side, Figures>): void {
  const sides = [...measured];
  const ratio = sides.length > 1 ? ['ratio'] : [];
  const line = (name: string, columns: readonly string[]) =>
    console.log(name.padEnd(34) + columns.map((column) => column.padStart(10)).join(''));
  line('a release', [...sides.map(([{ name }]) => name), ...ratio]);
  for (const name of new Set(sides.flatMap(([, figures]) => [...figures.keys()]))) {
    const values = sides.map(([, figures]) => figures.get(name) ?? 0);
    const [here = 0, there = 0] = values;
    line(
      name,
      [...values, ...(ratio.length > 0 ? [here / there] : [])].map((value) => value.toFixed(2)),
    );
  }
}

function printSearches(people: number, measured: readonly MeasuredSearch[]): void {
  const line = (cells: readonly string[]) =>
    console.log(
      (cells[0] ?? '').padEnd(34) +
        cells
          .slice(1)
          .map((cell) => cell.padStart(10))
          .join(''),
    );
  line(['a search, median ms', 'of 10', `of ${people}`, 'ratio']);
  for (const { name, small, large } of measured) {
    line([name, small.toFixed(1), large.toFixed(1), (large / small).toFixed(2)]);
  }
}
