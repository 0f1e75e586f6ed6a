import '../setup-env.ts';
import { parentPort, workerData } from 'node:worker_threads';
import { simulate } from './lifecycle.ts';
import { SimulationError } from './scheduler.ts';

/** A worker's news: of one schedule more that broke no rule, or of the one that broke one. */
export type News = { readonly steps: number } | { readonly broken: string };

// Nobody reads a line, a metric or a stack of these: no console is made for each metric, and no stack for each error.
process.env.POWERTOOLS_DEV = 'true';
Error.stackTraceLimit = 0;

const { seeds } = workerData as { readonly seeds: readonly number[] };

/** Runs its seeds one after another, and ends with the first that breaks a rule. */
for (const seed of seeds) {
  const news = await run(seed);
  parentPort?.postMessage(news);
  if ('broken' in news) break;
}

async function run(seed: number): Promise<News> {
  try {
    const { story } = await simulate(seed);
    return { steps: story.length };
  } catch (error) {
    if (!(error instanceof SimulationError)) throw error;
    return { broken: error.message };
  }
}
