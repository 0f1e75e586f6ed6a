import { type CompanyDay, CompanyDayDigest, compareEntries } from '../../shared/domain/archive.ts';
import type { Archive, ListedEntry } from '../../shared/repositories/archive.ts';
import type { SignedDays } from './signed-days.ts';

/** Keys read at a time when few days are read side by side; fewer as they are more, so that memory stays flat. */
const KEYS_AT_ONCE = 20_000;

/** Where one day's listing is. */
interface DayCursor {
  readonly day: string;
  readonly entries: AsyncGenerator<ListedEntry>;
  readonly digest: CompanyDayDigest;
  readonly cutoff: Date | undefined;
  next: ListedEntry;
}

/** The entries of a company's archive that no signed day has yet. */
export interface Unsigned {
  entries: number;
}

/**
 * A company's entries of all days, in the order of its tokens and their events. Of each signed day the digest is made
 * on the way; `closed` gets it when the day is through.
 */
export async function* orderedArchive(
  archive: Archive,
  companyId: string,
  days: readonly string[],
  signed: SignedDays,
  closed: (day: string, found: CompanyDay) => void,
  unsigned: Unsigned,
): AsyncGenerator<ListedEntry> {
  const pageSize = Math.min(1000, Math.max(10, Math.floor(KEYS_AT_ONCE / Math.max(1, days.length))));
  const open: DayCursor[] = [];
  for (const day of days) {
    const entries = archive.listEntries(day, companyId, pageSize);
    const first = await entries.next();
    const digest = new CompanyDayDigest();
    if (first.done) closed(day, digest.close(companyId));
    else open.push({ day, entries, digest, cutoff: signed.findCutoff(day), next: first.value });
  }
  while (open.length > 0) {
    const least = open.reduce((best, cursor) => (compareEntries(cursor.next, best.next) < 0 ? cursor : best));
    const entry = least.next;
    if (least.cutoff && entry.putAt < least.cutoff) least.digest.add(entry);
    else unsigned.entries += 1;
    yield entry;
    const following = await least.entries.next();
    if (!following.done) least.next = following.value;
    else {
      closed(least.day, least.digest.close(companyId));
      open.splice(open.indexOf(least), 1);
    }
  }
}

/** The next entry of a stream of them can be looked at before it is taken. */
export class Peekable<T> {
  private readonly items: AsyncIterator<T>;
  private head: Promise<IteratorResult<T>> | undefined;

  constructor(items: AsyncIterable<T>) {
    this.items = items[Symbol.asyncIterator]();
  }

  /** The next item, left where it is; undefined at the end. */
  async peek(): Promise<T | undefined> {
    this.head ??= this.items.next();
    const { done, value } = await this.head;
    return done ? undefined : value;
  }

  /** Takes the item that was looked at. */
  take(): void {
    this.head = undefined;
  }
}
