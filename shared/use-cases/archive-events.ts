import type { FiledEntry } from '../domain/archive.ts';
import { measure } from '../telemetry/metrics.ts';
import type { Uses } from '../world.ts';

/** Archives the entries of events. Repeatable: an entry is put once, under a key of its own. */
export async function archiveEvents({ archive }: Uses<'archive'>, entries: readonly FiledEntry[]): Promise<void> {
  await Promise.all(entries.map((entry) => archive.putEntry(entry)));
  if (entries.length > 0) measure('EventsArchived', entries.length);
}
