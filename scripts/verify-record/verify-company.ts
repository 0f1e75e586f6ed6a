import { type CompanyDay, CompanyDayDigest, compareText } from '../../shared/domain/archive.ts';
import { COMPANY_RECORD } from '../../shared/domain/event.ts';
import type { ListedEntry } from '../../shared/repositories/archive.ts';
import type { Tables } from '../../shared/repositories/tables.ts';
import type { PinnedKeys } from '../../shared/security/key-set.ts';
import type { Uses } from '../../shared/world.ts';
import { DecisionKeys } from './decision-keys.ts';
import type { Finding } from './finding.ts';
import { orderedArchive, Peekable, type Unsigned } from './ordered-archive.ts';
import { readSignedDays, type SignedDays } from './signed-days.ts';
import { type TokenHead, tokenHead, tokenHeads } from './stored-record.ts';
import { verifyToken } from './verify-token.ts';

/** The subject of a verification: one company, or one token of it. */
export interface Subject {
  readonly companyId: string;
  readonly tokenId: string | undefined;
}

/** The result of a verification. */
export interface Verified {
  tokens: number;
  events: number;
  onTheWay: number;
  /** Tokens whose record is older than the events that tell of its holder's role. */
  withoutRights: number;
  unsigned: number;
  signedDays: number;
}

/** Reports on a verification while it runs. */
export interface Watch {
  readonly found: (finding: Finding) => void;
  readonly progress: (verified: Verified) => void;
}

/**
 * Verifies a company's record. It follows the company's own chain and each token's. It compares each event with the
 * archive, the archive with its signed days, and the present tables with what the records lead to. It reads each of
 * them once, side by side, in the order of the tokens, so memory does not grow with the company.
 *
 * @throws SignedDayError where the chain of signed days itself is broken.
 */
export async function verifyCompany(
  world: Uses<'tables' | 'archive' | 'clock'>,
  { companyId, tokenId }: Subject,
  dayKeys: PinnedKeys,
  { found, progress }: Watch,
): Promise<Verified> {
  const { tables } = world;
  const signed = await readSignedDays(world.archive, companyId, dayKeys);
  const unsigned: Unsigned = { entries: 0 };
  const days = await Array.fromAsync(world.archive.listDays());
  const closed = (day: string, company: CompanyDay) => {
    if (!signed.agrees(day, company)) found({ what: `the archive of ${day} is not what was signed` });
  };
  checkDaysWithoutEntries(companyId, days, signed, closed);
  const archive = new Peekable(orderedArchive(world.archive, companyId, days, signed, closed, unsigned));

  const decisionKeys = new DecisionKeys(tables, companyId);
  const verified: Verified = {
    tokens: 0,
    events: 0,
    onTheWay: 0,
    withoutRights: 0,
    unsigned: 0,
    signedDays: signed.size,
  };
  for await (const head of tokenId === undefined ? tokenHeads(tables, companyId) : only(tables, companyId, tokenId)) {
    await skipTo(head.tokenId, archive, tokenId === undefined ? found : undefined);
    const input = { tables, companyId, archive, decisionKeys, found, now: world.clock.now() };
    const { events, onTheWay, withoutRights } = await verifyToken(head, input);
    if (head.tokenId !== COMPANY_RECORD) verified.tokens += 1;
    verified.events += events;
    verified.onTheWay += onTheWay;
    if (withoutRights) verified.withoutRights += 1;
    progress(verified);
  }
  await skipTo(undefined, archive, tokenId === undefined ? found : onlyAbout(tokenId, verified, found));
  return { ...verified, unsigned: unsigned.entries };
}

/** A signed day whose entries are all gone has no folder any more. */
function checkDaysWithoutEntries(
  companyId: string,
  days: readonly string[],
  signed: SignedDays,
  closed: (day: string, found: CompanyDay) => void,
): void {
  const present = new Set(days);
  for (const day of signed.all()) {
    if (!present.has(day)) closed(day, new CompanyDayDigest().close(companyId));
  }
}

async function* only(tables: Tables, companyId: string, tokenId: string): AsyncGenerator<TokenHead> {
  const head = await tokenHead(tables, companyId, tokenId);
  if (head) yield head;
}

/** Where one token is asked for, others' entries are passed over; its own only where the token is gone. */
function onlyAbout(tokenId: string, { tokens }: Verified, found: Watch['found']): Watch['found'] {
  return (finding) => {
    if (tokens === 0 && finding.tokenId === tokenId) found(finding);
  };
}

/** Passes over the entries of tokens before this one: no token of that id is left. */
async function skipTo(
  tokenId: string | undefined,
  archive: Peekable<ListedEntry>,
  found: Watch['found'] | undefined,
): Promise<void> {
  for (let entry = await archive.peek(); entry; entry = await archive.peek()) {
    if (tokenId !== undefined && compareText(entry.tokenId, tokenId) >= 0) return;
    found?.({ tokenId: entry.tokenId, seq: entry.seq, what: 'archived, but the company has no such record any more' });
    archive.take();
  }
}
