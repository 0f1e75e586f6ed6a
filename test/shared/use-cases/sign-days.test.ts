import { KMSClient } from '@aws-sdk/client-kms';
import { readSignedDays, SignedDayError } from '../../../scripts/verify-record/signed-days.ts';
import {
  CompanyDayDigest,
  entryKey,
  type FiledEntry,
  parseEntryKey,
  signedDayKey,
} from '../../../shared/domain/archive.ts';
import { canonical } from '../../../shared/domain/canonical.ts';
import { type NamedKey, readPublicKey } from '../../../shared/security/signing-key.ts';
import { signDays, yesterday } from '../../../shared/use-cases/sign-days.ts';
import { FakeArchive } from '../../fake-archive.ts';
import { FakeSigningKey } from '../../fake-signing-key.ts';

const NOW = new Date('2026-01-08T00:30:00.700Z');

// The function asks for its public key once: it is the same in all tests.
const key = new FakeSigningKey();
let archive: FakeArchive;
let dayKey: NamedKey;

beforeEach(async () => {
  archive = new FakeArchive();
  dayKey = await readPublicKey(new KMSClient({}), 'day');
});

afterEach(() => archive.mock.restore());
afterAll(() => key.mock.restore());

function archiveEntry(overrides: Partial<FiledEntry> = {}, putAt = '2026-01-05T15:00:00.000Z'): FiledEntry {
  const entry = { day: '2026-01-05', companyId: 'A', tokenId: 'token-1', seq: 1, hash: 'ab'.repeat(32), ...overrides };
  archive.put(entryKey(entry), '{}', new Date(putAt));
  return entry;
}

const signedDay = (seq: number) => JSON.parse(archive.objects.get(signedDayKey(seq))?.body ?? 'null');
const sign = (through: string, now: Date) => signDays({ archive: archive.archive, dayKey: key.key }, through, now);
const read = (company = 'A') => readSignedDays(archive.archive, company, new Map([[dayKey.kid, dayKey.key]]));

it('signs each day from the first one with entries to the last one over, the empty ones too', async () => {
  archiveEntry();
  archiveEntry({ seq: 2 });
  archiveEntry({ companyId: 'B' });
  archiveEntry({ day: '2026-01-07' });
  expect(yesterday(NOW)).toBe('2026-01-07');
  expect(await sign('2026-01-07', NOW)).toEqual(['2026-01-05', '2026-01-06', '2026-01-07']);
  expect([1, 2, 3].map(signedDay).map(({ day, seq, count, cutoff }) => ({ day, seq, count, cutoff }))).toEqual([
    { day: '2026-01-05', seq: 1, count: 3, cutoff: '2026-01-08T00:30:00.000Z' },
    { day: '2026-01-06', seq: 2, count: 0, cutoff: '2026-01-08T00:30:00.000Z' },
    { day: '2026-01-07', seq: 3, count: 1, cutoff: '2026-01-08T00:30:00.000Z' },
  ]);
  const days = await read();
  expect(days.all()).toEqual(['2026-01-05', '2026-01-06', '2026-01-07']);
  const digest = new CompanyDayDigest();
  for (const seq of [1, 2]) digest.add(parseEntryKey(entryKey({ ...archiveEntry(), seq })));
  const closed = digest.close('A');
  expect(days.agrees('2026-01-05', closed)).toBe(true);
  expect(days.agrees('2026-01-05', { ...closed, count: 1 })).toBe(false);
  expect(days.agrees('2026-01-05', { ...closed, root: 'f'.repeat(64) })).toBe(false);
  expect(days.agrees('2026-01-06', closed)).toBe(false);
});

it('signs a last day that an earlier version signed without roots once more, with them', async () => {
  archiveEntry();
  await sign('2026-01-05', NOW);
  const { signature: _signed, ...document } = signedDay(1);
  const [{ root, ...company }] = document.companies;
  const old = await key.key.sign({ ...document, companies: [company] }, 'llavero-day+jws');
  archive.put(signedDayKey(1), canonical(old));
  expect((await read()).agrees('2026-01-05', { ...company, root })).toBe(true);
  expect(await sign('2026-01-05', NOW)).toEqual(['2026-01-05']);
  expect(signedDay(2).companies).toEqual([{ ...company, root }]);
  expect((await read()).size).toBe(1);
  expect(await sign('2026-01-05', NOW)).toEqual([]);
});

it('signs nothing where nothing is new, and a day again where an entry came late', async () => {
  archiveEntry();
  expect(await sign('2026-01-05', NOW)).toEqual(['2026-01-05']);
  expect(await sign('2026-01-05', NOW)).toEqual([]);
  archiveEntry({ seq: 2 }, '2026-01-08T10:00:00.000Z');
  expect(await sign('2026-01-05', new Date('2026-01-09T00:30:00.000Z'))).toEqual(['2026-01-05']);
  expect((await read()).findCutoff('2026-01-05')).toEqual(new Date('2026-01-09T00:30:00.000Z'));
});

it('leaves what is put while it signs to the next run', async () => {
  archiveEntry({}, '2026-01-08T00:30:00.000Z');
  await sign('2026-01-05', NOW);
  expect(signedDay(1)).toEqual(expect.objectContaining({ count: 0, companies: [] }));
});

it('has nothing to sign in an archive without entries, or of days already signed', async () => {
  expect(await sign('2026-01-07', NOW)).toEqual([]);
  archiveEntry();
  await sign('2026-01-07', NOW);
  expect(await sign('2026-01-06', NOW)).toEqual([]);
});

it('refuses to sign a day that has lost an entry', async () => {
  const entry = archiveEntry();
  archiveEntry({ seq: 2 });
  await sign('2026-01-05', NOW);
  archive.objects.delete(entryKey(entry));
  await expect(sign('2026-01-05', NOW)).rejects.toThrow('fewer entries of 2026-01-05');
});

it('leaves a day that another run signs at the same moment to that run', async () => {
  archiveEntry();
  jest.spyOn(archive.archive, 'putSignedDay').mockResolvedValueOnce(false);
  await expect(sign('2026-01-05', NOW)).rejects.toMatchObject({ name: 'SignedMeanwhileError' });
  expect(await sign('2026-01-05', NOW)).toEqual(['2026-01-05']);
});

describe('the chain of signed days', () => {
  beforeEach(async () => {
    archiveEntry();
    archiveEntry({ day: '2026-01-07' });
    await sign('2026-01-07', NOW);
  });

  const rewrite = (seq: number, part: object) =>
    archive.put(signedDayKey(seq), canonical({ ...signedDay(seq), ...part }));

  it.each([
    { name: 'says something else', alter: () => rewrite(2, { count: 1 }) },
    { name: 'is another one', alter: () => rewrite(2, signedDay(1)) },
    { name: 'is gone', alter: () => archive.objects.delete(signedDayKey(2)) },
    { name: 'is none', alter: () => archive.put(signedDayKey(2), '{}') },
    { name: 'has another signature', alter: () => rewrite(2, { signature: signedDay(1).signature }) },
  ])('is broken where one $name', async ({ alter }) => {
    expect((await read()).size).toBe(3);
    alter();
    await expect(read()).rejects.toThrow(SignedDayError);
  });

  it('is not believed by another key', async () => {
    const other = new Map([[dayKey.kid, { ...dayKey.key, x: dayKey.key.y }]]);
    await expect(readSignedDays(archive.archive, 'A', other)).rejects.toThrow(SignedDayError);
    const renamed = new Map([['other', dayKey.key]]);
    await expect(readSignedDays(archive.archive, 'A', renamed)).rejects.toThrow(SignedDayError);
  });
});
