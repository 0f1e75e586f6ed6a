import { pMapIterable } from 'p-map';
import type { ImportContext } from './decide-person.ts';
import type { BadLine, PersonLine } from './file/person-line.ts';
import type { Loaded } from './load-person.ts';
import { type Batch, type PreparedLine, type Preparing, prepareBatches } from './prepare-batches.ts';

/** With two under way, none waits for the last line of another. */
const BATCHES_AT_ONCE = 2;

/** Everything that loading needs beside the lines. */
export interface Loading {
  readonly preparing: Preparing;
  /** Loads one line, or tells what loading it would do. */
  readonly load: (line: PreparedLine, contextNow: () => ImportContext) => Promise<Loaded | BadLine>;
  /** The time and the run, for each decision anew. */
  readonly contextNow: () => ImportContext;
}

/** Loads the lines, many at once, and gives what became of them in their order. */
export async function* loadLines(
  lines: AsyncIterable<PersonLine | BadLine>,
  loading: Loading,
): AsyncGenerator<Loaded | BadLine> {
  const batches = prepareBatches(lines, loading.preparing);
  const results = pMapIterable(batches, (batch) => loadBatch(batch, loading), { concurrency: BATCHES_AT_ONCE });
  for await (const ofBatch of results) yield* ofBatch;
}

async function loadBatch({ entries, finish }: Batch, { load, contextNow }: Loading): Promise<(Loaded | BadLine)[]> {
  try {
    return await Promise.all(entries.map((entry) => ('line' in entry ? load(entry, contextNow) : entry)));
  } finally {
    finish();
  }
}
