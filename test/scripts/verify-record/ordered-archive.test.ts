import { orderedArchive, Peekable } from '../../../scripts/verify-record/ordered-archive.ts';
import { SignedDays } from '../../../scripts/verify-record/signed-days.ts';
import { type CompanyDay, entryKey, type FiledEntry } from '../../../shared/domain/archive.ts';
import { FakeArchive } from '../../fake-archive.ts';

const DAYS = ['2026-01-05', '2026-01-06', '2026-01-07'];
let archive: FakeArchive;

beforeEach(() => {
  archive = new FakeArchive();
});

afterEach(() => archive.mock.restore());

function put(day: string, tokenId: string, seq: number, companyId = 'A'): FiledEntry {
  const entry = { day, companyId, tokenId, seq, hash: 'cd'.repeat(32) };
  archive.put(entryKey(entry));
  return entry;
}

async function readAll(signed = new SignedDays()) {
  const closed: [string, CompanyDay][] = [];
  const unsigned = { entries: 0 };
  const entries = orderedArchive(
    archive.archive,
    'A',
    DAYS,
    signed,
    (day, found) => closed.push([day, found]),
    unsigned,
  );
  const read = (await Array.fromAsync(entries)).map(({ day, tokenId, seq }) => `${tokenId} ${seq} ${day}`);
  return { read, closed, unsigned: unsigned.entries };
}

it('gives one company’s entries token by token, event by event, whatever the day', async () => {
  put('2026-01-05', 'b', 1);
  put('2026-01-05', 'a', 1);
  put('2026-01-06', 'a', 2);
  put('2026-01-07', 'b', 2);
  put('2026-01-05', 'a', 3, 'B');
  put('2026-01-07', 'a', 10);
  put('2026-01-07', 'a', 9);
  const { read, unsigned } = await readAll();
  expect(read).toEqual([
    'a 1 2026-01-05',
    'a 2 2026-01-06',
    'a 9 2026-01-07',
    'a 10 2026-01-07',
    'b 1 2026-01-05',
    'b 2 2026-01-07',
  ]);
  expect(unsigned).toBe(6);
});

it('closes each day once, with what was put before it was signed', async () => {
  put('2026-01-05', 'a', 1);
  put('2026-01-05', 'a', 2);
  archive.now = new Date('2026-01-06T00:30:00.000Z');
  put('2026-01-05', 'a', 3);
  const signed = new SignedDays();
  const day = { format: 'llavero-day/1', seq: 1, keyId: 'k', previousHash: null, count: 2, signature: '' } as const;
  signed.add({ ...day, day: '2026-01-05', cutoff: '2026-01-06T00:30:00.000Z', companies: [] }, 'A');
  const { closed, unsigned } = await readAll(signed);
  expect(closed.map(([each, { company, count }]) => [each, company, count]).sort()).toEqual([
    ['2026-01-05', 'A', 2],
    ['2026-01-06', 'A', 0],
    ['2026-01-07', 'A', 0],
  ]);
  expect(unsigned).toBe(1);
});

it('lets the next entry be looked at before it is taken', async () => {
  const letters = new Peekable(
    (async function* () {
      yield* ['a', 'b'];
    })(),
  );
  expect([await letters.peek(), await letters.peek()]).toEqual(['a', 'a']);
  letters.take();
  expect(await letters.peek()).toBe('b');
  letters.take();
  expect([await letters.peek(), await letters.peek()]).toEqual([undefined, undefined]);
});
