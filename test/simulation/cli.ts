import '../setup-env.ts';
import { availableParallelism } from 'node:os';
import { stderr } from 'node:process';
import { Worker } from 'node:worker_threads';
import { parseWholeNumber, runCommand } from '../../tools/command-line.ts';
import { removals, Watch, without } from './conditions.ts';
import { simulate } from './lifecycle.ts';
import { REDUNDANT } from './redundant-conditions.ts';
import { SimulationError } from './scheduler.ts';
import type { News } from './worker.ts';

const HELP = `Runs the use cases under one seed after another, each with its own people, faults and order (docs/simulation.md).

  npm run simulate -- [--schedules N] [--seed S] [--remove-conditions]

  --schedules N        schedules to run (5000; 1 where a seed is given)
  --seed S             the first seed (1)
  --remove-conditions  removes each condition of each write in turn, and runs again the schedules in which it alone refused

Ends with 0 where no rule was broken. A schedule that breaks one is told with its seed and its story, and ends it with 1;
so does a condition whose removal breaks none, unless it is known to be redundant.
`;

/** Milliseconds between two lines of progress. */
const EVERY_MS = 5000;

/** Schedules that are run again without a condition, of those in which it refused. */
const MOST_TRIED = 150;

await runCommand(
  {
    help: HELP,
    // With the whole story.
    explain: (error) => (error instanceof Error ? error.message : undefined),
    options: {
      schedules: { type: 'string' },
      seed: { type: 'string' },
      'remove-conditions': { type: 'boolean', default: false },
    },
  },
  async (values) => {
    const removes = values['remove-conditions'];
    const range = { from: 1, to: 999_999 };
    const otherwise = removes || values.seed === undefined ? 5000 : 1;
    const schedules = parseWholeNumber('--schedules', values.schedules, { ...range, otherwise });
    const first = parseWholeNumber('--seed', values.seed, { from: 0, to: 999_999, otherwise: 1 });
    if (removes) await removeConditions(first, schedules);
    else await runSchedules(first, schedules);
  },
);

/** Runs the schedules side by side, on every core. */
async function runSchedules(first: number, schedules: number): Promise<void> {
  const started = Date.now();
  const progress = everySoOften();
  const seeds = Array.from({ length: schedules }, (_, index) => first + index);
  const workers = Math.min(availableParallelism(), schedules);
  let done = 0;
  let steps = 0;
  const note = (news: News) => {
    if ('broken' in news) throw new Error(news.broken);
    steps += news.steps;
    progress(`${++done} of ${schedules} schedules`);
  };
  await Promise.all(
    Array.from({ length: workers }, (_, nth) =>
      runWorker(
        seeds.filter((_seed, index) => index % workers === nth),
        note,
      ),
    ),
  );
  const seconds = ((Date.now() - started) / 1000).toFixed(1);
  console.log(`${schedules} schedules from seed ${first}, ${steps} steps: no rule broken (${seconds} s)`);
}

async function runWorker(seeds: readonly number[], note: (news: News) => void): Promise<void> {
  const worker = new Worker(new URL('worker.ts', import.meta.url), {
    workerData: { seeds },
    // A schedule's garbage is all of it young: more room, and it is collected seldom.
    resourceLimits: { maxYoungGenerationSizeMb: 128 },
  });
  await new Promise<void>((resolve, reject) => {
    worker.on('message', (news: News) => {
      try {
        note(news);
      } catch (error) {
        reject(error);
      }
    });
    worker.on('error', reject);
    worker.on('exit', () => resolve());
  });
}

async function removeConditions(first: number, schedules: number): Promise<void> {
  const watch = new Watch();
  const progress = everySoOften();
  for (let seed = first; seed < first + schedules; seed++) {
    progress(`${seed - first} of ${schedules} schedules watched`);
    await simulate(seed, { fault: watch.of(seed) });
  }
  let unexplained = 0;
  const all = removals([...watch.sent].sort());
  for (const { name, conditions } of all) {
    const seeds = watch.seedsRefusedBy(conditions);
    const broken = await firstBroken(seeds.slice(0, MOST_TRIED), conditions);
    const reason = REDUNDANT.find(({ condition }) => condition.test(name))?.reason;
    const refused = watch.refusals.filter((refusal) => refusal.conditions.some((each) => conditions.has(each))).length;
    const told = `refused ${refused} times, alone under ${seeds.length} seeds`;
    if (!broken && !reason) unexplained += 1;
    console.log(`${broken ? `✔ ${broken}` : reason ? `○ ${reason}` : '✘ not caught'} (${told})\n    ${name}`);
  }
  console.log(`${all.length} removals, ${unexplained} of them not caught and not explained`);
  if (unexplained > 0) throw new Error(`${unexplained} conditions can be removed, and nobody knows why`);
}

/** The first of these seeds under which a rule is broken without the conditions, and the rule. */
async function firstBroken(seeds: readonly number[], removed: ReadonlySet<string>): Promise<string | undefined> {
  for (const seed of seeds) {
    try {
      await simulate(seed, { fault: without(removed) });
    } catch (error) {
      if (!(error instanceof SimulationError)) throw error;
      return error.message.split('\n', 1).join();
    }
  }
  return undefined;
}

/** Shows a line, but not more often than every few seconds. */
function everySoOften(): (line: string) => void {
  let shownAt = Date.now();
  return (line) => {
    if (Date.now() - shownAt < EVERY_MS) return;
    shownAt = Date.now();
    stderr.write(`${line}\n`);
  };
}
