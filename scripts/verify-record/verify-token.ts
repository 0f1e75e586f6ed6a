import * as z from 'zod/mini';
import { COMPANY_RECORD, genesis, type RecordHead, type TokenEvent } from '../../shared/domain/event.ts';
import { NOTHING, type ReplayedToken, replay } from '../../shared/domain/replay.ts';
import { NO_COMPANY, type ReplayedCompany, replayCompany } from '../../shared/domain/replay-company.ts';
import type { ListedEntry } from '../../shared/repositories/archive.ts';
import type { Tables } from '../../shared/repositories/tables.ts';
import type { DecisionKeys } from './decision-keys.ts';
import type { Finding } from './finding.ts';
import type { Peekable } from './ordered-archive.ts';
import { compareCompany, readPresentCompany } from './present-company.ts';
import { compareToken, type Difference, readPresent } from './present-token.ts';
import { type StoredEvent, storedEvents, type TokenHead, tokenHead } from './stored-record.ts';

/** An event may be on its way to the archive for so long. */
const ARCHIVED_WITHIN_MS = 10 * 60_000;

/** Reads again that it takes to catch up with a token that is being changed meanwhile. */
const READS = 5;

const EDITED = 'the event was edited: its hash, its key or its place in the list is not that of what it says';

/** Input of the verification of one token. */
export interface TokenVerification {
  readonly tables: Tables;
  readonly companyId: string;
  readonly archive: Peekable<ListedEntry>;
  readonly decisionKeys: DecisionKeys;
  readonly found: (finding: Finding) => void;
  readonly now: Date;
}

/** The counts of one token. */
export interface TokenCounts {
  events: number;
  /** Not in the archive, and too young to be expected there. */
  onTheWay: number;
  /** True where the record is older than the events that tell of its holder's role. */
  withoutRights: boolean;
}

/**
 * Follows one record from its first event to the head that its owner names, and checks each event against the archive.
 * Then it compares the stored token, or company, with what the record leads to.
 */
export async function verifyToken(head: TokenHead, verification: TokenVerification): Promise<TokenCounts> {
  const follower = new RecordFollower(head.tokenId, verification);
  await follower.follow(head.recordHead);
  await follower.compare();
  return follower.counts;
}

/** The differences between the tables and what the record leads to, and the head that was stored with them. */
interface Compared {
  readonly head: RecordHead | undefined;
  readonly differences: readonly Difference[];
  readonly withoutRights: boolean;
}

class RecordFollower {
  readonly counts: TokenCounts = { events: 0, onTheWay: 0, withoutRights: false };
  private readonly tokenId: string;
  private readonly verification: TokenVerification;
  private last: RecordHead;
  private replayed: ReplayedToken = NOTHING;
  private replayedCompany: ReplayedCompany = NO_COMPANY;
  /** False once a finding leaves open where the record leads: what follows from one alteration is not told as another. */
  private isWhole = true;

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
      const owner = this.tokenId === COMPANY_RECORD ? 'company' : 'token';
      this.report(head.seq, `the ${owner} names event ${head.seq} as its last, the record ends with ${this.last.seq}`);
    }
  }

  /** Compares what is stored with what the record leads to, both of one moment. */
  async compare(): Promise<void> {
    const { tables, companyId } = this.verification;
    for (let read = 0; this.isWhole && read < READS; read++) {
      const present = await this.comparePresent();
      if (!present) return;
      const after = await tokenHead(tables, companyId, this.tokenId);
      // The same head before and after: what was read between is what was written with it.
      if (!after || !present.head || !this.isAt(present.head) || !this.isAt(after.recordHead)) continue;
      this.counts.withoutRights = present.withoutRights;
      for (const { field, stored, recorded } of present.differences) {
        this.report(undefined, `its ${field} is ${show(stored)}, and its record leads to ${show(recorded)}`);
      }
      return;
    }
    if (this.isWhole) this.report(undefined, 'it changed each time it was compared with its record: verify again');
  }

  private async comparePresent(): Promise<Compared | undefined> {
    const { tables, companyId } = this.verification;
    try {
      if (this.tokenId === COMPANY_RECORD) {
        const present = await readPresentCompany(tables, companyId, this.replayedCompany);
        await this.readOn();
        const differences = compareCompany(present, this.replayedCompany);
        return { head: present.company?.recordHead, differences, withoutRights: false };
      }
      const present = await readPresent(tables, companyId, this.tokenId);
      await this.readOn();
      const { role, enabled } = this.replayed.holder;
      return {
        head: present.token.recordHead,
        differences: compareToken(present, this.replayed),
        withoutRights: role === undefined || enabled === undefined,
      };
    } catch (error) {
      if (!(error instanceof z.core.$ZodError)) throw error;
      const members = error.issues.map(({ path }) => path.join('.')).join(', ');
      this.report(undefined, `it, its holder or a phone is not stored as the service stores it: ${members}`);
      return undefined;
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
      if (!event) this.report(seq, EDITED);
      if (seq !== this.last.seq + 1) this.report(this.last.seq + 1, `event is missing: event ${seq} comes next`);
      else if (event && event.previousHash !== this.last.hash) {
        this.report(seq, `the event does not follow event ${this.last.seq} (edited, replaced or reordered)`);
      }
      await this.compareWithArchive(seq, event);
      if (event && this.isWhole) await this.replay(event);
      // Where the event is none, whatever follows is judged by itself: one alteration is told once.
      this.last = { seq, hash: event?.hash ?? (await this.hashAfter(seq)) };
      this.counts.events += 1;
    }
    return read;
  }

  private async replay(event: TokenEvent): Promise<void> {
    if (this.tokenId === COMPANY_RECORD) {
      this.replayedCompany = replayCompany(this.replayedCompany, event);
      return;
    }
    const { token, contradiction } = replay(this.replayed, event);
    this.replayed = token;
    if (contradiction !== undefined)
      this.report(event.seq, `${event.type} contradicts the record before it: ${contradiction}`);
    const fault = await this.verification.decisionKeys.findFault(this.tokenId, event);
    if (fault !== undefined) this.tell(event.seq, fault);
  }

  private storedAfter(seq: number): AsyncGenerator<StoredEvent> {
    const { tables, companyId } = this.verification;
    return storedEvents(tables, companyId, this.tokenId, seq);
  }

  /** Reads the hash that the event after an edited one has of it. */
  private async hashAfter(seq: number): Promise<string> {
    for await (const { event } of this.storedAfter(seq)) {
      return event?.previousHash ?? '';
    }
    return '';
  }

  private async compareWithArchive(seq: number, event: { hash: string; at: string } | undefined): Promise<void> {
    let archived = false;
    for (let entry = await this.nextArchived(); entry && entry.seq <= seq; entry = await this.nextArchived()) {
      if (entry.hidden) this.tell(entry.seq, 'somebody tried to delete the event’s entry in the archive');
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
    else this.tell(seq, 'the event is not in the archive');
  }

  private async archiveIsAhead(): Promise<boolean> {
    return (await this.nextArchived()) !== undefined;
  }

  /** The next entry of this token, if it has one. */
  private async nextArchived(): Promise<ListedEntry | undefined> {
    const entry = await this.verification.archive.peek();
    return entry?.tokenId === this.tokenId ? entry : undefined;
  }

  /** Reports what leaves open where the record leads. */
  private report(seq: number | undefined, what: string): void {
    this.isWhole = false;
    this.tell(seq, what);
  }

  private tell(seq: number | undefined, what: string): void {
    this.verification.found({ tokenId: this.tokenId, ...(seq === undefined ? {} : { seq }), what });
  }
}

/** A value as one line shows it. */
function show(value: unknown): string {
  return value === undefined || value === null ? 'none' : String(value);
}
