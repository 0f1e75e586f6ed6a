import { pMapIterable } from 'p-map';
import type { CompanyRows } from './company-rows.ts';
import type { RawLine } from './csv-lines.ts';
import type { ImportContext } from './decide-person.ts';
import { type ImportWorld, type Loaded, loadPerson } from './load-person.ts';
import type { BadLine } from './person-line.ts';
import { readPeople } from './person-store.ts';
import { type Batch, prepareBatches } from './prepare-batches.ts';
import { retryPatiently } from './retry-patiently.ts';

/** With two under way, none waits for the last line of another. */
const BATCHES_AT_ONCE = 2;

/** Everything that loading needs beside the lines. */
export interface Loading {
  readonly world: ImportWorld;
  readonly companies: CompanyRows;
  /** The time and the run, for each decision anew. */
  readonly contextNow: () => ImportContext;
}

/** Loads the lines, many at once, and gives what became of them in their order. */
export async function* loadLines(lines: AsyncIterable<RawLine>, loading: Loading): AsyncGenerator<Loaded | BadLine> {
  const batches = prepareBatches(loading.world.tables, lines, loading.companies);
  const results = pMapIterable(batches, (batch) => loadBatch(batch, loading), { concurrency: BATCHES_AT_ONCE });
  for await (const ofBatch of results) yield* ofBatch;
}

async function loadBatch({ entries, finish }: Batch, { world, contextNow }: Loading): Promise<(Loaded | BadLine)[]> {
  try {
    const owners = entries.flatMap((entry) => ('line' in entry && entry.owner ? [entry.owner] : []));
    const people = await retryPatiently(() => readPeople(world.tables, owners));
    const storedByOwner = new Map(people.map((stored, index) => [owners[index], stored]));
    return await Promise.all(
      entries.map((entry) => {
        if (!('line' in entry)) return entry;
        const { line, owner } = entry;
        return loadPerson(world, line, { owner, stored: owner && storedByOwner.get(owner) }, contextNow);
      }),
    );
  } finally {
    finish();
  }
}
