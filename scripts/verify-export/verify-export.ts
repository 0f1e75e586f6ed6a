import { createReadStream } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import type * as z from 'zod/mini';
import {
  CompanyDayDigest,
  compareEntries,
  compareText,
  type SignedDay,
  signedDaySchema,
} from '../../shared/domain/archive.ts';
import { canonical } from '../../shared/domain/canonical.ts';
import { eventHash, genesis, type RecordHead } from '../../shared/domain/event.ts';
import { parseStrictJson } from '../../shared/domain/strict-json.ts';
import type { PinnedKeys } from '../../shared/security/key-set.ts';
import { UsageError } from '../../tools/command-line.ts';
import {
  type About,
  aboutSchema,
  type EntryLine,
  entryLineSchema,
  eventLineSchema,
  FILES,
  headLineSchema,
} from '../export-record/layout.ts';
import type { Finding } from '../verify-record/finding.ts';
import { Peekable } from '../verify-record/ordered-archive.ts';
import { readSignedDays, type SignedDays } from '../verify-record/signed-days.ts';

/** An event may be on its way to the archive for so long. */
const ARCHIVED_WITHIN_MS = 10 * 60_000;

export interface VerifiedExport {
  readonly about: About;
  readonly records: number;
  readonly events: number;
  readonly signedDays: number;
  /** Younger than the archive can be expected to be. */
  readonly onTheWay: number;
}

/**
 * Verifies an exported record by the keys that the verifier trusts and by nothing else: chains, heads, archive entries,
 * signed days. Reads each file once, line by line, and tells each event that it has seen.
 *
 * @throws UsageError where it is no export; SignedDayError where the chain of signed days is broken.
 */
export async function verifyExport(
  folder: string,
  keys: PinnedKeys,
  found: (finding: Finding) => void,
  seen: (event: { readonly tokenId: string; readonly seq: number; readonly hash: string }) => void = () => {},
): Promise<VerifiedExport> {
  const about = await readAbout(folder);
  const days = await Array.fromAsync(lines(folder, FILES.days, signedDaySchema));
  const signed = await readSignedDays(dayReader(days), about.company, keys);
  const entries = new Peekable(inOrder(folder, signed, about.company, found));
  const events = new Peekable(lines(folder, FILES.events, eventLineSchema));
  const counts = { records: 0, events: 0, onTheWay: 0 };

  let before: string | undefined;
  for await (const { token, ...head } of lines(folder, FILES.heads, headLineSchema)) {
    if (before !== undefined && compareText(before, token) >= 0) {
      found({ tokenId: token, what: 'its head is out of order, or there twice' });
    }
    before = token;
    counts.records += 1;
    await passStrangers(token);
    await followRecord(token, head);
  }
  await passStrangers(undefined);
  return { about, signedDays: signed.size, ...counts };

  /** Passes over what belongs to no record that has a head. */
  async function passStrangers(token: string | undefined): Promise<void> {
    const isStranger = (line: { token: string } | undefined) =>
      line !== undefined && (token === undefined || compareText(line.token, token) < 0);
    for (let line = await events.peek(); line && isStranger(line); line = await events.peek()) {
      found({ tokenId: line.token, seq: line.event.seq, what: 'an event of a record without a head' });
      events.take();
    }
    for (let entry = await entries.peek(); entry && isStranger(entry); entry = await entries.peek()) {
      found({ tokenId: entry.token, seq: entry.seq, what: 'archived, but the export has no such event' });
      entries.take();
    }
  }

  async function followRecord(token: string, head: RecordHead): Promise<void> {
    let last = genesis(about.company, token);
    for (let line = await events.peek(); line?.token === token; line = await events.peek()) {
      const { hash, ...said } = line.event;
      const { seq } = line.event;
      counts.events += 1;
      if (eventHash(said) !== hash) found({ tokenId: token, seq, what: 'the event has not the hash of what it says' });
      if (seq !== last.seq + 1 || line.event.previousHash !== last.hash) {
        found({ tokenId: token, seq, what: `the event does not follow event ${last.seq}` });
      }
      await compareWithArchive(token, { seq, hash, at: line.event.at });
      seen({ tokenId: token, seq, hash });
      last = { seq, hash };
      events.take();
    }
    if (last.seq !== head.seq || last.hash !== head.hash) {
      found({
        tokenId: token,
        seq: head.seq,
        what: `the head names event ${head.seq}, the events end with ${last.seq}`,
      });
    }
    for (let entry = await entries.peek(); entry?.token === token; entry = await entries.peek()) {
      found({ tokenId: token, seq: entry.seq, what: 'archived, but the export has no such event' });
      entries.take();
    }
  }

  async function compareWithArchive(token: string, event: { seq: number; hash: string; at: string }): Promise<void> {
    let archived = false;
    for (
      let entry = await entries.peek();
      entry?.token === token && entry.seq <= event.seq;
      entry = await entries.peek()
    ) {
      if (entry.seq < event.seq)
        found({ tokenId: token, seq: entry.seq, what: 'archived, but the export has no such event' });
      else if (entry.hash !== event.hash) {
        found({ tokenId: token, seq: entry.seq, what: `the event is not the one that was archived on ${entry.day}` });
      }
      archived ||= entry.seq === event.seq;
      entries.take();
    }
    if (archived) return;
    if (Date.parse(about.exportedAt) - Date.parse(event.at) < ARCHIVED_WITHIN_MS) counts.onTheWay += 1;
    else found({ tokenId: token, seq: event.seq, what: 'the event is not in the archive' });
  }
}

/** The entries in their order; at the end, each signed day is compared with what it had. */
async function* inOrder(
  folder: string,
  signed: SignedDays,
  company: string,
  found: (finding: Finding) => void,
): AsyncGenerator<EntryLine> {
  const digests = new Map(signed.all().map((day) => [day, new CompanyDayDigest()]));
  const toEntry = ({ token, seq, hash }: EntryLine) => ({ companyId: company, tokenId: token, seq, hash });
  let before: EntryLine | undefined;
  for await (const entry of lines(folder, FILES.archive, entryLineSchema)) {
    if (before && compareEntries(toEntry(before), toEntry(entry)) > 0) {
      found({ tokenId: entry.token, seq: entry.seq, what: 'its entry of the archive is out of order' });
    }
    before = entry;
    const cutoff = signed.findCutoff(entry.day);
    if (cutoff && new Date(entry.putAt) < cutoff) digests.get(entry.day)?.add(toEntry(entry));
    yield entry;
  }
  for (const [day, digest] of digests) {
    if (!signed.agrees(day, digest.close(company))) found({ what: `the archive of ${day} is not what was signed` });
  }
}

function dayReader(days: readonly SignedDay[]) {
  return {
    lastSignedSeq: async () => days.length,
    readSignedDay: async (seq: number) => {
      const day = days[seq - 1];
      if (!day) throw new Error('There is none');
      return day;
    },
  };
}

async function readAbout(folder: string): Promise<About> {
  try {
    return aboutSchema.parse(parseStrictJson(await readFile(join(folder, FILES.about), 'utf8')));
  } catch (cause) {
    throw new UsageError(`${folder} is not an exported record: ${FILES.about} is missing or is none`, { cause });
  }
}

/** The values of a file's lines, each of which must be the one canonical form of what it says. */
async function* lines<T>(folder: string, file: string, schema: z.ZodMiniType<T>): AsyncGenerator<T> {
  const input = createInterface({
    input: createReadStream(join(folder, file), 'utf8'),
    crlfDelay: Number.POSITIVE_INFINITY,
  });
  let number = 0;
  for await (const line of input) {
    number += 1;
    let value: unknown;
    try {
      value = parseStrictJson(line);
      if (canonical(value) !== line) throw new Error('Not in canonical form');
      schema.parse(value);
    } catch (cause) {
      throw new UsageError(`${file}, line ${number}, is not a line of an export`, { cause });
    }
    // As it stands in the file: a member too many is part of what was hashed.
    yield value as T;
  }
}
