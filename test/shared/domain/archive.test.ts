import fc from 'fast-check';
import {
  CompanyDayDigest,
  compareEntries,
  entryKey,
  type FiledEntry,
  includesAll,
  nextDay,
  parseEntryKey,
  toDay,
} from '../../../shared/domain/archive.ts';

const id = fc.stringMatching(/^[A-Za-z0-9_-]{22}$/);
const entries: fc.Arbitrary<FiledEntry> = fc.record({
  day: fc.constantFrom('2026-01-05', '2026-12-31'),
  companyId: fc.string({ minLength: 1, maxLength: 20, unit: 'grapheme-ascii' }),
  tokenId: id,
  seq: fc.integer({ min: 1, max: 999_999_999_999 }),
  hash: fc.stringMatching(/^[0-9a-f]{64}$/),
});

it('finds in its key all that an entry is, whatever the company is called', () => {
  fc.assert(fc.property(entries, (entry) => expect(parseEntryKey(entryKey(entry))).toEqual(entry)));
});

it('orders entries as a listing of their keys does', () => {
  fc.assert(
    fc.property(entries, entries, (one, two) => {
      const other = { ...two, day: one.day, companyId: one.companyId };
      const [a, b] = [entryKey(one), entryKey(other)];
      expect(Math.sign(compareEntries(one, other))).toBe(a < b ? -1 : Number(a > b));
    }),
  );
});

it.each([
  'events/2026-01-05/DEMO/token/1.00',
  'events/2026-01-05/DEMO/000000000001.0000000000000000000000000000000000000000000000000000000000000000',
  'days/000000000001.json',
])('takes no other key for one: %s', (key) => {
  expect(() => parseEntryKey(key)).toThrow('is no key of the archive');
});

it('counts days in UTC, over the end of a year', () => {
  expect(toDay(new Date('2026-12-31T23:59:59.999Z'))).toBe('2026-12-31');
  expect(nextDay('2026-12-31')).toBe('2027-01-01');
  expect(nextDay('2028-02-28')).toBe('2028-02-29');
});

it('digests what an entry is and the order they come in', () => {
  const entry = { companyId: 'DEMO', tokenId: 'token', seq: 1, hash: 'a'.repeat(64) };
  const dayDigest = (...list: (typeof entry)[]) => {
    const digest = new CompanyDayDigest();
    for (const each of list) digest.add(each);
    return digest.close('DEMO');
  };
  const two = { ...entry, seq: 2 };
  expect(dayDigest(entry, two)).toEqual({
    company: 'DEMO',
    count: 2,
    digest: '6a8d4ca68012d04f7cadd5ff96328628dbce3f9ac592ef1b2b14f9ac618234b9',
    root: '6b7490d702d4fd6193f967ac94415e0f294e60add3565b47a875e3cb60fbd206',
  });
  const others = [
    dayDigest(),
    dayDigest(entry),
    dayDigest(two, entry),
    dayDigest(entry, { ...two, hash: 'b'.repeat(64) }),
  ];
  expect(new Set([dayDigest(entry, two), ...others].map(({ digest }) => digest)).size).toBe(5);
});

it.each([
  { name: 'more of one company', later: [{ company: 'A', count: 2, digest: 'x' }], all: true },
  {
    name: 'a company more',
    later: [
      { company: 'A', count: 1, digest: 'x' },
      { company: 'B', count: 1, digest: 'x' },
    ],
    all: true,
  },
  { name: 'fewer of one', later: [{ company: 'A', count: 0, digest: 'x' }], all: false },
  { name: 'a company less', later: [{ company: 'B', count: 9, digest: 'x' }], all: false },
])('knows whether nothing was lost: $name', ({ later, all }) => {
  expect(includesAll(later, [{ company: 'A', count: 1, digest: 'y' }])).toBe(all);
});
