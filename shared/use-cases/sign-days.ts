import {
  type CompanyDay,
  CompanyDayDigest,
  DAY_FORMAT,
  DAY_TYPE,
  includesAll,
  nextDay,
  type SignedDay,
  toDay,
} from '../domain/archive.ts';
import { canonical, digest } from '../domain/canonical.ts';
import { count } from '../telemetry/metrics.ts';
import type { Uses } from '../world.ts';

type World = Uses<'archive' | 'dayKey'>;

/** The archive has lost what was signed: its own alarm tells of it. */
class EntriesMissingError extends Error {
  override readonly name = 'EntriesMissingError';
}

/** Another run signed the same day first, which is harmless. */
class SignedMeanwhileError extends Error {
  override readonly name = 'SignedMeanwhileError';
}

/**
 * Signs every day from the last one signed, which late entries may have joined since, to the given one. A day that has
 * not changed is not signed again, so that the work follows what was archived since.
 *
 * @returns the days signed.
 * @throws EntriesMissingError, SignedMeanwhileError.
 */
export async function signDays(world: World, through: string, now: Date): Promise<string[]> {
  const { archive } = world;
  const signed: string[] = [];
  const seq = await archive.lastSignedSeq();
  let last = seq === 0 ? undefined : await archive.readSignedDay(seq);
  // Times of the archive are whole seconds: only what was put before this one is surely listed.
  const cutoff = new Date(Math.floor(now.getTime() / 1000) * 1000);
  for (let day = last?.day ?? (await firstDay(world)); day !== undefined && day <= through; day = nextDay(day)) {
    const companies = await listCompanies(world, day, cutoff);
    if (last?.day === day) {
      assertNothingLost(last, companies);
      if (canonical(last.companies) === canonical(companies)) continue;
    }
    last = await signDay(world, day, companies, last, cutoff);
    signed.push(day);
  }
  return signed;
}

async function firstDay({ archive }: World): Promise<string | undefined> {
  for await (const day of archive.listDays()) return day;
  return undefined;
}

/** Lists each company's count and digest; a day's listing comes company by company. */
async function listCompanies({ archive }: World, day: string, cutoff: Date): Promise<CompanyDay[]> {
  const companies: CompanyDay[] = [];
  let open: { companyId: string; digest: CompanyDayDigest } | undefined;
  for await (const entry of archive.listEntries(day)) {
    if (entry.putAt >= cutoff) continue;
    if (open?.companyId !== entry.companyId) {
      if (open) companies.push(open.digest.close(open.companyId));
      open = { companyId: entry.companyId, digest: new CompanyDayDigest() };
    }
    open.digest.add(entry);
  }
  if (open) companies.push(open.digest.close(open.companyId));
  return companies;
}

function assertNothingLost({ day, companies: before }: SignedDay, companies: readonly CompanyDay[]): void {
  if (includesAll(companies, before)) return;
  count('RecordAltered');
  throw new EntriesMissingError(`The archive has fewer entries of ${day} than were signed`);
}

async function signDay(
  { archive, dayKey }: World,
  day: string,
  companies: readonly CompanyDay[],
  last: SignedDay | undefined,
  cutoff: Date,
): Promise<SignedDay> {
  const signed: SignedDay = await dayKey.sign(
    {
      format: DAY_FORMAT,
      seq: (last?.seq ?? 0) + 1,
      day,
      cutoff: cutoff.toISOString(),
      keyId: await dayKey.kid(),
      previousHash: last ? digest(last) : null,
      count: companies.reduce((sum, { count }) => sum + count, 0),
      companies: [...companies],
    },
    DAY_TYPE,
  );
  if (!(await archive.putSignedDay(signed))) throw new SignedMeanwhileError('Another run is signing days');
  return signed;
}

/** The last day that is over. */
export function yesterday(now: Date): string {
  return toDay(new Date(now.getTime() - 86_400_000));
}
