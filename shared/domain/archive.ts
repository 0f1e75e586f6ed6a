import { createHash, type Hash } from 'node:crypto';
import * as z from 'zod/mini';
import { MerkleRoot } from './merkle.ts';

/** The archive's entry of an event: enough to show that the record had it, and nothing of what it says. */
export interface ArchiveEntry {
  readonly companyId: string;
  readonly tokenId: string;
  readonly seq: number;
  readonly hash: string;
}

/** An entry and the day (UTC) under which it lies. */
export type FiledEntry = ArchiveEntry & { readonly day: string };

export const EVENTS_FOLDER = 'events/';
export const DAYS_FOLDER = 'days/';

const DAY = /^\d{4}-\d\d-\d\d$/;

/** The text of a day, UTC. */
export function toDay(time: Date): string {
  return time.toISOString().slice(0, 10);
}

/** The day after. */
export function nextDay(day: string): string {
  return toDay(new Date(Date.parse(`${day}T00:00:00Z`) + 86_400_000));
}

/** Folder of one day's entries, or of one company's among them. */
export function entryFolder(day: string, companyId?: string): string {
  const company = companyId === undefined ? '' : `${encodeURIComponent(companyId)}/`;
  return `${EVENTS_FOLDER}${day}/${company}`;
}

/**
 * The key of an entry. It holds the whole entry, so a listing is enough to sign or verify a day. Another hash for the
 * same event is another object beside the first, and never replaces it.
 */
export function entryKey({ day, companyId, tokenId, seq, hash }: FiledEntry): string {
  return `${entryFolder(day, companyId)}${encodeURIComponent(tokenId)}/${String(seq).padStart(12, '0')}.${hash}`;
}

const ENTRY_KEY = /^events\/(\d{4}-\d\d-\d\d)\/([^/]+)\/([^/]+)\/(\d{12})\.([0-9a-f]{64})$/;

/** The entry of a key; throws where the key is none of an entry. */
export function parseEntryKey(key: string): FiledEntry {
  const [, day = '', company = '', token = '', seq = '', hash = ''] = ENTRY_KEY.exec(key) ?? [];
  if (day === '') throw new Error(`${key} is no key of the archive`);
  return { day, companyId: decodeURIComponent(company), tokenId: decodeURIComponent(token), seq: Number(seq), hash };
}

/** The order of keys within one company's folder of a day. */
export function compareEntries(a: ArchiveEntry, b: ArchiveEntry): number {
  return compareText(a.tokenId, b.tokenId) || a.seq - b.seq || compareText(a.hash, b.hash);
}

/** By code unit, as S3 and DynamoDB order the ASCII of ids. */
export function compareText(a: string, b: string): number {
  return a < b ? -1 : Number(a > b);
}

const companyDaySchema = z.strictObject({
  company: z.string(),
  count: z.int(),
  digest: z.string(),
  /** Of the Merkle tree over the entries; days signed by earlier versions have none. */
  root: z.optional(z.string().check(z.regex(/^[0-9a-f]{64}$/))),
});
export type CompanyDay = z.infer<typeof companyDaySchema>;

/** Name and version of the format of a signed day. */
export const DAY_FORMAT = 'llavero-day/1';

/** JWS `typ` of a signed day. */
export const DAY_TYPE = 'llavero-day+jws';

/** A signed day: what the archive had of it, chained to the signed day before. */
export const signedDaySchema = z.strictObject({
  format: z.literal(DAY_FORMAT),
  seq: z.int(),
  day: z.string().check(z.regex(DAY)),
  /** Entries put from here on are not in it: they are in a later one of the same day, or reported. */
  cutoff: z.iso.datetime(),
  /** RFC 7638 thumbprint of the key that signed it. */
  keyId: z.string(),
  /** Digest of the signed day before, signature included; null for the first. */
  previousHash: z.nullable(z.string()),
  count: z.int(),
  companies: z.array(companyDaySchema),
  signature: z.string(),
});
export type SignedDay = z.infer<typeof signedDaySchema>;

/** Key of the n-th signed day; two with one number cannot both be put. */
export function signedDayKey(seq: number): string {
  return `${DAYS_FOLDER}${String(seq).padStart(12, '0')}.json`;
}

/** The text of an entry that a company's day is signed by: a leaf of its tree and, with a line feed, a line of its digest. */
export function entryLeaf({ tokenId, seq, hash }: Omit<ArchiveEntry, 'companyId'>): string {
  return `${tokenId}/${String(seq).padStart(12, '0')}.${hash}`;
}

/** Counts and digests the entries of one company on one day, given in their order. */
export class CompanyDayDigest {
  private readonly hash: Hash = createHash('sha256');
  private readonly tree = new MerkleRoot();
  private count = 0;

  add(entry: ArchiveEntry): void {
    const leaf = entryLeaf(entry);
    this.count += 1;
    this.hash.update(`${leaf}\n`);
    this.tree.add(leaf);
  }

  /** Closes the company's line of the signed day; nothing may be added afterwards. */
  close(company: string): CompanyDay {
    return { company, count: this.count, digest: this.hash.digest('hex'), root: this.tree.close() };
  }
}

/** True if a company's entries of a day are at least as many as an earlier signed day said. */
export function includesAll(later: readonly CompanyDay[], earlier: readonly CompanyDay[]): boolean {
  const counts = new Map(later.map(({ company, count }) => [company, count]));
  return earlier.every(({ company, count }) => (counts.get(company) ?? 0) >= count);
}
