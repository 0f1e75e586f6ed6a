import type { PublishedEvent } from '../domain/published-event.ts';
import type { Uses } from '../world.ts';

/** Entries that EventBridge takes in one call. */
const MOST_ENTRIES = 10;

/** Calls in a row of which an entry was refused, after which the whole batch is left to be delivered again. */
const TRIES = 6;

/**
 * Puts events on the bus. Those of one token, or of one company itself, go one after another: none is put before the
 * bus took the one before. Repeatable: what was taken may be put again, and bears the same `seq` and hash.
 */
export async function publishEvents(
  { eventBus, clock, random }: Uses<'eventBus' | 'clock' | 'random'>,
  events: readonly PublishedEvent[],
): Promise<void> {
  let lines = [...Map.groupBy(events, ({ companyId, tokenId }) => JSON.stringify([companyId, tokenId])).values()];
  for (let refusedInARow = 0; lines.length > 0; ) {
    const now = lines.slice(0, MOST_ENTRIES).map(([first, ...rest]) => ({ first: first as PublishedEvent, rest }));
    const refusals = await eventBus.put(now.map(({ first }) => first));
    const stillWaiting = now.map(({ first, rest }, index) => (refusals[index] === undefined ? rest : [first, ...rest]));
    lines = [...lines.slice(MOST_ENTRIES), ...stillWaiting.filter(({ length }) => length > 0)];

    const refusal = refusals.find((code) => code !== undefined);
    refusedInARow = refusal === undefined ? 0 : refusedInARow + 1;
    if (refusal === undefined) continue;
    if (refusedInARow === TRIES) throw Object.assign(new Error('The bus refused an event'), { name: refusal });
    await clock.sleep(random.next() * 50 * 2 ** refusedInARow);
  }
}
