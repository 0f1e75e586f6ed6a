import { DAY_TYPE, entryLeaf, type SignedDay } from '../../shared/domain/archive.ts';
import { canonical } from '../../shared/domain/canonical.ts';
import { rootFromPath } from '../../shared/domain/merkle.ts';
import type { Receipt } from '../../shared/domain/receipt.ts';
import { parseStrictJson } from '../../shared/domain/strict-json.ts';
import type { PinnedKeys } from '../../shared/security/key-set.ts';
import { verifyDocument } from '../../shared/security/signed-document.ts';
import { UsageError } from '../../tools/command-line.ts';
import { type DayProof, dayProofSchema } from '../export-record/day-proof.ts';

/** Why a document does not tie a receipt to signed days. */
export type DayProofFailure = 'DAY_SIGNATURE_WRONG' | 'PATH_WRONG' | 'EVENTS_DIFFER';

/** The document does not tie this receipt to a signed day. */
export class DayProofError extends Error {
  override readonly name = 'DayProofError';
  readonly failure: DayProofFailure;

  constructor(failure: DayProofFailure, cause?: unknown) {
    super(failure, cause === undefined ? {} : { cause });
    this.failure = failure;
  }
}

/**
 * Verifies that each event of a valid receipt's change is in a day that a trusted key signed.
 *
 * @returns the days.
 * @throws UsageError where the bytes are no such document; DayProofError.
 */
export async function verifyDayProof(bytes: Uint8Array, receipt: Receipt, keys: PinnedKeys): Promise<string[]> {
  const { days } = readDayProof(bytes);
  const { companyId, tokenId } = receipt.change;
  const hashes = new Map(receipt.record.events.map(({ seq, hash }) => [seq, hash]));
  for (const { signed, paths } of days) {
    await verifySignedDay(signed, keys);
    const company = signed.companies.find((each) => each.company === companyId);
    for (const { seq, index, path } of paths) {
      const hash = hashes.get(seq);
      // Each event is proven once: a second path, or one of another event, proves nothing of this receipt.
      if (hash === undefined) throw new DayProofError('EVENTS_DIFFER');
      hashes.delete(seq);
      const root = rootFromPath(entryLeaf({ tokenId, seq, hash }), index, company?.count ?? 0, path);
      if (root === undefined || root !== company?.root) throw new DayProofError('PATH_WRONG');
    }
  }
  if (hashes.size > 0) throw new DayProofError('EVENTS_DIFFER');
  return days.map(({ signed }) => signed.day);
}

function readDayProof(bytes: Uint8Array): DayProof {
  try {
    // As of a receipt: a byte order mark is a byte like any other.
    const text = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes);
    const value = parseStrictJson(text);
    if (canonical(value) !== text) throw new Error('Not in canonical form');
    return dayProofSchema.parse(value);
  } catch (cause) {
    throw new UsageError('The file of --day is none that "npm run export-record" writes of a receipt', { cause });
  }
}

async function verifySignedDay(signed: SignedDay, keys: PinnedKeys): Promise<void> {
  const key = keys.get(signed.keyId);
  if (!key) throw new DayProofError('DAY_SIGNATURE_WRONG');
  try {
    await verifyDocument(signed, { key, kid: signed.keyId, typ: DAY_TYPE });
  } catch (cause) {
    throw new DayProofError('DAY_SIGNATURE_WRONG', cause);
  }
}
