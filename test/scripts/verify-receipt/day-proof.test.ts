import { readFileSync, rmSync } from 'node:fs';
import { dirname } from 'node:path';
import { type DayProof, proveDays } from '../../../scripts/export-record/day-proof.ts';
import { verifyDayProof } from '../../../scripts/verify-receipt/verify-day-proof.ts';
import { type SignedDay, signedDayKey } from '../../../shared/domain/archive.ts';
import { canonical } from '../../../shared/domain/canonical.ts';
import type { Receipt } from '../../../shared/domain/receipt.ts';
import { type ExportedCompany, exportedCompany } from '../../world/exported-company.ts';
import { aReceipt } from './fixtures.ts';

let exported: ExportedCompany;
let receipts: Receipt[];
let proof: DayProof;

beforeAll(async () => {
  exported = await exportedCompany();
  receipts = exported.receipts.map((file) => aReceipt(readFileSync(file)));
  proof = await proveDays({ archive: exported.archive.archive }, release());
});

afterAll(() => {
  exported.archive.mock.restore();
  rmSync(dirname(exported.folder), { recursive: true });
});

function release(): Receipt {
  const [first] = receipts;
  if (!first) throw new Error('No receipt');
  return first;
}

/** The proof with something changed in its one day. */
function changed(change: (day: DayProof['days'][number]) => unknown): string {
  const copy = structuredClone(proof);
  for (const day of copy.days) change(day);
  return canonical(copy);
}

const verify = (text: string, receipt = release(), keys = exported.keys) =>
  verifyDayProof(Buffer.from(text), receipt, keys);

it('a receipt of every kind is tied to the day that has its events', async () => {
  for (const receipt of receipts) {
    const found = await proveDays({ archive: exported.archive.archive }, receipt);
    expect(found.days.flatMap(({ paths }) => paths).map(({ seq }) => seq)).toEqual(
      receipt.record.events.map(({ seq }) => seq),
    );
    expect(await verify(canonical(found), receipt)).toEqual(['2026-01-05']);
  }
});

const flip = (text = '') => (text.startsWith('0') ? '1' : '0') + text.slice(1);

it.each<{ about: string; change: Parameters<typeof changed>[0]; failure: string }>([
  { about: 'the path', change: ({ paths: [one] }) => one?.path.splice(0, 1, flip(one.path[0])), failure: 'PATH_WRONG' },
  { about: 'a shorter path', change: ({ paths: [one] }) => one?.path.pop(), failure: 'PATH_WRONG' },
  {
    about: 'the place',
    change: ({ paths: [one] }) => one && Object.assign(one, { index: one.index + 1 }),
    failure: 'PATH_WRONG',
  },
  {
    about: 'a place that is not there',
    change: ({ paths: [one] }) => one && Object.assign(one, { index: 9999 }),
    failure: 'PATH_WRONG',
  },
  {
    about: 'the root',
    change: ({ signed }) => Object.assign(signed.companies[0] ?? {}, { root: 'a'.repeat(64) }),
    failure: 'DAY_SIGNATURE_WRONG',
  },
  {
    about: 'the day',
    change: ({ signed }) => Object.assign(signed, { day: '2026-01-04' }),
    failure: 'DAY_SIGNATURE_WRONG',
  },
  { about: 'a path left out', change: ({ paths }) => paths.pop(), failure: 'EVENTS_DIFFER' },
  { about: 'a path there twice', change: ({ paths }) => paths.push(...paths.slice(0, 1)), failure: 'EVENTS_DIFFER' },
])('is refused with another $about', async ({ change, failure }) => {
  await expect(verify(changed(change))).rejects.toMatchObject({ name: 'DayProofError', failure });
});

it('is refused for another receipt, and for one whose event has another hash', async () => {
  await expect(verify(canonical(proof), receipts[1])).rejects.toMatchObject({ failure: 'EVENTS_DIFFER' });
  const { record } = release();
  const events = record.events.map((event) => ({ ...event, hash: flip(event.hash) }));
  const other = { ...release(), record: { ...record, events } };
  await expect(verify(canonical(proof), other)).rejects.toMatchObject({ failure: 'PATH_WRONG' });
});

it('is believed by the keys of the file alone', async () => {
  await expect(verify(canonical(proof), release(), new Map())).rejects.toMatchObject({
    failure: 'DAY_SIGNATURE_WRONG',
  });
});

it.each([
  ['that is not in canonical form', () => JSON.stringify(proof, null, 1)],
  ['with a byte order mark', () => `\ufeff${canonical(proof)}`],
  ['with a member too many', () => canonical({ ...proof, more: 1 })],
  ['of another format', () => canonical({ ...proof, format: 'llavero-day-proof/2' })],
])('is no such document: one %s', async (_about, text) => {
  await expect(verify(text())).rejects.toMatchObject({ name: 'UsageError' });
});

it('is not made of a day that is not signed yet, nor of one that was signed without a root', async () => {
  const { archive } = exported;
  const key = signedDayKey(1);
  const stored = archive.objects.get(key);
  const signed: SignedDay = JSON.parse(stored?.body ?? '');
  archive.objects.delete(key);
  const made = proveDays({ archive: archive.archive }, release());
  await expect(made).rejects.toMatchObject({ message: expect.stringContaining('No signed day has event') });
  const companies = signed.companies.map(({ root: _none, ...company }) => company);
  archive.put(key, canonical({ ...signed, companies }));
  const old = proveDays({ archive: archive.archive }, release());
  await expect(old).rejects.toMatchObject({ message: expect.stringContaining('before days had roots') });
});
