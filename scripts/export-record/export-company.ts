import { canonical } from '../../shared/domain/canonical.ts';
import type { Uses } from '../../shared/world.ts';
import { orderedArchive } from '../verify-record/ordered-archive.ts';
import { SignedDays } from '../verify-record/signed-days.ts';
import { storedEvents, tokenHeads } from '../verify-record/stored-record.ts';
import { type About, EXPORT_FORMAT, type FILES } from './layout.ts';

/** Takes one line more of a file of the export. */
export type WriteLine = (file: keyof typeof FILES, line: string) => Promise<void>;

/** The event that is stored is none: `verify-record` tells what was done to it. */
export class NotAnEventError extends Error {
  override readonly name = 'NotAnEventError';
}

/**
 * Writes down a company's whole record, in the order in which it is verified. Signed days are read first and heads after
 * them, so that every signed entry's event is among the events.
 *
 * @returns the number of records: the company's own, and one for each token.
 */
export async function exportCompany(
  { tables, archive, clock }: Uses<'tables' | 'archive' | 'clock'>,
  companyId: string,
  write: WriteLine,
): Promise<number> {
  const exportedAt = clock.now();
  const about: About = { format: EXPORT_FORMAT, company: companyId, exportedAt: exportedAt.toISOString() };
  await write('about', canonical(about));
  const last = await archive.lastSignedSeq();
  for (let seq = 1; seq <= last; seq++) await write('days', canonical(await archive.readSignedDay(seq)));

  let records = 0;
  for await (const { tokenId, recordHead } of tokenHeads(tables, companyId)) {
    records += 1;
    await write('heads', canonical({ token: tokenId, ...recordHead }));
    for await (const { event, sortKey } of storedEvents(tables, companyId, tokenId, 0)) {
      if (!event) throw new NotAnEventError(`${tokenId}, ${sortKey} was edited: see npm run verify-record`);
      if (event.seq > recordHead.seq) break;
      await write('events', canonical({ token: tokenId, event }));
    }
  }
  const days = await Array.fromAsync(archive.listDays());
  const entries = orderedArchive(archive, companyId, days, new SignedDays(), () => {}, { entries: 0 });
  for await (const { day, tokenId, seq, hash, putAt } of entries) {
    if (putAt >= exportedAt) continue;
    await write('archive', canonical({ day, token: tokenId, seq, hash, putAt: putAt.toISOString() }));
  }
  return records;
}
