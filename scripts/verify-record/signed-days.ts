import { type CompanyDay, DAY_TYPE, includesAll, nextDay, type SignedDay } from '../../shared/domain/archive.ts';
import { digest } from '../../shared/domain/canonical.ts';
import type { Archive } from '../../shared/repositories/archive.ts';
import type { PinnedKeys } from '../../shared/security/key-set.ts';
import { verifyDocument } from '../../shared/security/signed-document.ts';

/** The signed days' statements about one company: the last one for each day. */
export class SignedDays {
  private readonly days = new Map<string, { cutoff: Date; company: CompanyDay | undefined }>();

  add({ day, cutoff, companies }: SignedDay, companyId: string): void {
    const company = companies.find((each) => each.company === companyId);
    this.days.set(day, { cutoff: new Date(cutoff), company });
  }

  get size(): number {
    return this.days.size;
  }

  /** The days signed, oldest first. */
  all(): string[] {
    return [...this.days.keys()];
  }

  /** Entries put at this time or later are not in the signed day; undefined if the day is not signed. */
  findCutoff(day: string): Date | undefined {
    return this.days.get(day)?.cutoff;
  }

  /** True if the company's entries of the day are those that were signed; true of a day that is not signed. */
  agrees(day: string, found: CompanyDay): boolean {
    const signed = this.days.get(day);
    if (!signed) return true;
    if (!signed.company) return found.count === 0;
    const { count, digest: listed, root } = signed.company;
    return count === found.count && listed === found.digest && (root === undefined || root === found.root);
  }
}

/** Where signed days are read from: the archive, or a copy of it. */
export type SignedDayReader = Pick<Archive, 'lastSignedSeq' | 'readSignedDay'>;

/** A signed day is missing or was altered. */
export class SignedDayError extends Error {
  override readonly name = 'SignedDayError';
}

/**
 * Reads the chain of signed days and verifies each: its signature by one of the keys, its number and its predecessor. A day
 * that was signed before must have lost nothing since.
 *
 * @throws SignedDayError at the first that is not right.
 */
export async function readSignedDays(
  archive: SignedDayReader,
  companyId: string,
  keys: PinnedKeys,
): Promise<SignedDays> {
  const days = new SignedDays();
  const count = await archive.lastSignedSeq();
  let previous: SignedDay | undefined;
  for (let seq = 1; seq <= count; seq++) {
    const signed = await readOne(archive, seq, keys);
    if (signed.seq !== seq || signed.previousHash !== (previous ? digest(previous) : null)) {
      throw new SignedDayError(`signed day ${seq} does not follow the one before it`);
    }
    if (previous && signed.day !== previous.day && signed.day !== nextDay(previous.day)) {
      throw new SignedDayError(`signed day ${seq} leaves out the days after ${previous.day}`);
    }
    if (previous?.day === signed.day && !includesAll(signed.companies, previous.companies)) {
      throw new SignedDayError(`signed day ${seq} has fewer entries of ${signed.day} than an earlier one`);
    }
    days.add(signed, companyId);
    previous = signed;
  }
  return days;
}

async function readOne(archive: SignedDayReader, seq: number, keys: PinnedKeys): Promise<SignedDay> {
  let kid = 'none';
  try {
    const signed = await archive.readSignedDay(seq);
    kid = signed.keyId;
    const key = keys.get(kid);
    if (!key) throw new Error('Another key');
    await verifyDocument(signed, { key, kid, typ: DAY_TYPE });
    return signed;
  } catch (cause) {
    const known = [...keys.keys()].join(', ');
    throw new SignedDayError(`signed day ${seq} is missing, or not signed by a known key (${kid}; known: ${known})`, {
      cause,
    });
  }
}
