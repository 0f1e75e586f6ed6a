import { type PublishedEvent, publishedEvent } from '../../shared/domain/published-event.ts';
import { publishEvents } from '../../shared/use-cases/publish-events.ts';
import type { Uses } from '../../shared/world.ts';
import { storedEvents, tokenHeads } from '../verify-record/stored-record.ts';

/** The part of a company's record that is put on the bus again. */
export interface ReplayRange {
  readonly companyId: string;
  /** The first moment of it, and the first after it. */
  readonly from: Date;
  readonly to: Date;
}

export interface Replayed {
  /** Of tokens, and the company's own. */
  readonly records: number;
  readonly events: number;
}

/** Events of a company that are put on the bus at a time. */
const BATCH = 100;

/**
 * Puts a company's events of a time on the bus again, out of the record itself: each record's in their order, with the
 * `seq` and hash that they had. With `dryRun` it only counts them.
 *
 * @throws Error where an event is not as it was written: what somebody altered is told to nobody.
 */
export async function replayEvents(
  world: Uses<'tables' | 'eventBus' | 'clock' | 'random'>,
  range: ReplayRange,
  { dryRun, progress }: { readonly dryRun: boolean; readonly progress: (replayed: Replayed) => void },
): Promise<Replayed> {
  let replayed: Replayed = { records: 0, events: 0 };
  for await (const { tokenId } of tokenHeads(world.tables, range.companyId)) {
    const events = await eventsOfRecord(world, range, tokenId);
    for (let from = 0; from < events.length && !dryRun; from += BATCH) {
      await publishEvents(world, events.slice(from, from + BATCH));
    }
    replayed = { records: replayed.records + 1, events: replayed.events + events.length };
    progress(replayed);
  }
  return replayed;
}

async function eventsOfRecord(
  { tables }: Uses<'tables'>,
  { companyId, from, to }: ReplayRange,
  tokenId: string,
): Promise<PublishedEvent[]> {
  const events: PublishedEvent[] = [];
  for await (const { sortKey, event } of storedEvents(tables, companyId, tokenId, 0)) {
    if (!event) throw new Error(`${sortKey} of record ${tokenId} was altered: see npm run verify-record`);
    const at = Date.parse(event.at);
    if (at >= from.getTime() && at < to.getTime()) events.push(publishedEvent({ companyId, tokenId }, event));
  }
  return events;
}
