import { genesis } from '../../shared/domain/event.ts';
import type { ListedEntry } from '../../shared/repositories/archive.ts';
import type { Tables } from '../../shared/repositories/tables.ts';
import type { Finding } from './finding.ts';
import type { Peekable } from './ordered-archive.ts';
import { type RecordHead, type StoredEvent, storedEvents, type TokenHead, tokenHead } from './stored-record.ts';

/** An event may be on its way to the archive for so long. */
const ARCHIVED_WITHIN_MS = 10 * 60_000;

/** Reads again that it takes to catch up with a token that is being changed meanwhile. */
const READS = 5;

/** Input of the verification of one token. */
export interface TokenVerification {
  readonly tables: Tables;
  readonly companyId: string;
  readonly archive: Peekable<ListedEntry>;
  readonly found: (finding: Finding) => void;
  readonly now: Date;
}

/** The counts of one token. */
export interface TokenCounts {
  events: number;
  /** Not in the archive, and too young to be expected there. */
  onTheWay: number;
}

/** Follows one token's record from its first event to the head on the token, each event against the archive. */
export async function verifyToken(head: TokenHead, verification: TokenVerification): Promise<TokenCounts> {
  const follower = new RecordFollower(head.tokenId, verification);
  await follower.follow(head.recordHead);
  return follower.counts;
}

class RecordFollower {
  readonly counts: TokenCounts = { events: 0, onTheWay: 0 };
  private readonly tokenId: string;
  private readonly verification: TokenVerification;
  private last: RecordHead;

  constructor(tokenId: string, verification: TokenVerification) {
    this.tokenId = tokenId;
    this.verification = verification;
    this.last = genesis(verification.companyId, tokenId);
  }

  async follow(headAsRead: RecordHead): Promise<void> {
    let head = headAsRead;
    await this.readOn();
    // A token may change while it is verified, so events written since are read too.
    for (let read = 1; read < READS && !(this.isAt(head) && !(await this.archiveIsAhead())); read++) {
      const { tables, companyId } = this.verification;
      head = (await tokenHead(tables, companyId, this.tokenId))?.recordHead ?? head;
      if ((await this.readOn()) === 0) break;
    }
    for (let entry = await this.nextArchived(); entry; entry = await this.nextArchived()) {
      this.report(entry.seq, 'archived event is missing from the end of the record (truncated)');
      this.verification.archive.take();
    }
    if (!this.isAt(head)) {
      this.report(head.seq, `the token names event ${head.seq} as its last, the record ends with ${this.last.seq}`);
    }
  }

  private isAt(head: RecordHead): boolean {
    return head.seq === this.last.seq && head.hash === this.last.hash;
  }

  /** Reads the events stored after the last one; returns their number. */
  private async readOn(): Promise<number> {
    let read = 0;
    for await (const { sortKey, event } of this.storedAfter(this.last.seq)) {
      read += 1;
      const seq = Number(sortKey.split('#')[1]);
      if (!event) this.report(seq, 'the event was edited: it has not the hash of what it says');
      if (seq !== this.last.seq + 1) this.report(this.last.seq + 1, `event is missing: event ${seq} comes next`);
      else if (event && event.previousHash !== this.last.hash) {
        this.report(seq, `the event does not follow event ${this.last.seq} (edited, replaced or reordered)`);
      }
      await this.compareWithArchive(seq, event);
      // Where the event is none, whatever follows is judged by itself: one alteration is told once.
      this.last = { seq, hash: event?.hash ?? (await this.hashAfter(seq)) };
      this.counts.events += 1;
    }
    return read;
  }

  private storedAfter(seq: number): AsyncGenerator<StoredEvent> {
    const { tables, companyId } = this.verification;
    return storedEvents(tables, companyId, this.tokenId, seq);
  }

  /** What the event after an edited one says of it. */
  private async hashAfter(seq: number): Promise<string> {
    for await (const { event } of this.storedAfter(seq)) {
      return event?.previousHash ?? '';
    }
    return '';
  }

  private async compareWithArchive(seq: number, event: { hash: string; at: string } | undefined): Promise<void> {
    let archived = false;
    for (let entry = await this.nextArchived(); entry && entry.seq <= seq; entry = await this.nextArchived()) {
      if (entry.hidden) this.report(entry.seq, 'somebody tried to delete the event’s entry in the archive');
      if (entry.seq < seq) this.report(entry.seq, 'archived event is missing from the record (removed)');
      else if (event && entry.hash !== event.hash) {
        this.report(seq, `the event is not the one that was archived on ${entry.day} (replaced)`);
      }
      archived ||= entry.seq === seq;
      this.verification.archive.take();
    }
    if (archived || !event) return;
    const age = this.verification.now.getTime() - Date.parse(event.at);
    if (age < ARCHIVED_WITHIN_MS) this.counts.onTheWay += 1;
    else this.report(seq, 'the event is not in the archive');
  }

  private async archiveIsAhead(): Promise<boolean> {
    return (await this.nextArchived()) !== undefined;
  }

  /** The next entry of this token, if it has one. */
  private async nextArchived(): Promise<ListedEntry | undefined> {
    const entry = await this.verification.archive.peek();
    return entry?.tokenId === this.tokenId ? entry : undefined;
  }

  private report(seq: number, what: string): void {
    this.verification.found({ tokenId: this.tokenId, seq, what });
  }
}
