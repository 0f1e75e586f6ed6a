import * as z from 'zod/mini';
import { entryLeaf, nextDay, type SignedDay, signedDaySchema, toDay } from '../../shared/domain/archive.ts';
import { inclusionPath } from '../../shared/domain/merkle.ts';
import type { Receipt } from '../../shared/domain/receipt.ts';
import type { Uses } from '../../shared/world.ts';
import { UsageError } from '../../tools/command-line.ts';

/** Name and version of the format of the document that ties a receipt to signed days (docs/receipt.md). */
const DAY_PROOF_FORMAT = 'llavero-day-proof/1';

const pathSchema = z.strictObject({
  seq: z.int(),
  index: z.int(),
  path: z.array(z.string().check(z.regex(/^[0-9a-f]{64}$/))),
});

export const dayProofSchema = z.strictObject({
  format: z.literal(DAY_PROOF_FORMAT),
  days: z.array(z.strictObject({ signed: signedDaySchema, paths: z.array(pathSchema) })),
});
export type DayProof = z.infer<typeof dayProofSchema>;

/**
 * Finds the signed days that have a receipt's events, and each event's path to its day's root.
 *
 * @throws UsageError where an event's day is not signed yet, or was signed before days had roots.
 */
export async function proveDays({ archive }: Uses<'archive'>, receipt: Receipt): Promise<DayProof> {
  const { companyId, tokenId } = receipt.change;
  const missing = new Map(receipt.record.events.map((event) => [event.hash, event.seq]));
  const days: DayProof['days'] = [];
  for (const signed of await signedDaysSince({ archive }, receipt.change.createdAt)) {
    const leaves: string[] = [];
    const found: { seq: number; index: number }[] = [];
    for await (const entry of signedEntries({ archive }, signed, companyId)) {
      const { seq, hash } = entry;
      if (entry.tokenId === tokenId && missing.get(hash) === seq && missing.delete(hash)) {
        found.push({ seq, index: leaves.length });
      }
      leaves.push(entryLeaf(entry));
    }
    if (found.length === 0) continue;
    if (signed.companies.find(({ company }) => company === companyId)?.root === undefined) {
      throw new UsageError(`${signed.day} was signed before days had roots: export the whole record instead`);
    }
    days.push({ signed, paths: found.map(({ seq, index }) => ({ seq, index, path: inclusionPath(leaves, index) })) });
    if (missing.size === 0) return { format: DAY_PROOF_FORMAT, days };
  }
  throw new UsageError(`No signed day has event ${[...missing.values()].join(', ')} yet: try again tomorrow`);
}

async function* signedEntries({ archive }: Uses<'archive'>, { day, cutoff }: SignedDay, companyId: string) {
  for await (const entry of archive.listEntries(day, companyId)) if (entry.putAt < new Date(cutoff)) yield entry;
}

/** The last signing of each day from the one before a moment on, oldest first. */
async function signedDaysSince({ archive }: Uses<'archive'>, since: string): Promise<SignedDay[]> {
  const days: SignedDay[] = [];
  for (let seq = await archive.lastSignedSeq(); seq > 0; seq--) {
    const signed = await archive.readSignedDay(seq);
    // Clocks of the service and of the archive may differ at midnight.
    if (nextDay(signed.day) < toDay(new Date(since))) break;
    if (days[0]?.day !== signed.day) days.unshift(signed);
  }
  return days;
}
