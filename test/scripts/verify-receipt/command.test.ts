import { spawnSync } from 'node:child_process';
import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { proveDays } from '../../../scripts/export-record/day-proof.ts';
import { parseKeyFile } from '../../../scripts/verify-receipt/key-file.ts';
import { canonical } from '../../../shared/domain/canonical.ts';
import { writeKeySet } from '../../../shared/security/key-set.ts';
import { type ExportedCompany, exportedCompany } from '../../world/exported-company.ts';
import { aKey, aReceipt, rechained, signedBy } from './fixtures.ts';

const VECTORS = join(import.meta.dirname, '../../../docs/vectors');
const VECTOR_KEYS = join(VECTORS, 'receipt-keys.json');
const vector = (name: string) => join(VECTORS, `receipts/${name}.json`);
let folder: string;
let exported: ExportedCompany;
let keys: string;
let proof: string;

beforeAll(async () => {
  exported = await exportedCompany();
  proof = canonical(await proveDays({ archive: exported.archive.archive }, aReceipt(readFileSync(release()))));
  exported.archive.mock.restore();
  folder = mkdtempSync(join(tmpdir(), 'llavero-receipts-'));
  keys = join(folder, 'keys.json');
  const forger = await aKey(7);
  const ofVectors = await parseKeyFile(readFileSync(VECTOR_KEYS, 'utf8'), 'keys');
  writeFileSync(keys, writeKeySet(new Map([...exported.keys, ...ofVectors, [forger.kid, forger.key]])));
});

afterAll(() => {
  rmSync(folder, { recursive: true });
  rmSync(dirname(exported.folder), { recursive: true });
});

/** The exit code and the last line of what was said. */
function run(...args: string[]): { code: number | null; last: string } {
  const { status, stdout, stderr } = spawnSync(
    process.execPath,
    ['scripts/verify-receipt/cli.ts', ...args, '--lang', 'en'],
    { encoding: 'utf8', env: { ...process.env, NO_COLOR: '1', FORCE_COLOR: undefined } },
  );
  const said = (status === 0 ? stdout : stderr).trim();
  return { code: status, last: said.slice(said.lastIndexOf('\n') + 1) };
}

/** The receipt with its first event altered, signed by somebody who has a key of the file. */
async function forged(file: string | undefined, name: string): Promise<string> {
  const receipt = aReceipt(readFileSync(file ?? ''));
  const path = join(folder, name);
  const [first, ...others] = receipt.record.events;
  if (!first) throw new Error('No event');
  const events = [{ ...first, details: { ...first.details, requestId: 'another' } }, ...others];
  writeFileSync(path, await signedBy(await aKey(7), rechained({ ...receipt, record: { ...receipt.record, events } })));
  return path;
}

/** A copy of the export of which one file was altered. */
function altered(name: string, alter: (text: string) => string): string {
  const copy = join(folder, `altered-${name}`);
  cpSync(exported.folder, copy, { recursive: true });
  writeFileSync(join(copy, name), alter(readFileSync(join(copy, name), 'utf8')));
  return copy;
}

const [release, block] = [() => exported.receipts[0] ?? '', () => exported.receipts[1] ?? ''];

describe('receipts beside each other', () => {
  it('of one token agree on the events that they share', () => {
    const files = ['release', 'release-last', 'unblock'].map(vector);
    expect(run(...files, '--key', VECTOR_KEYS)).toEqual({
      code: 0,
      last: 'The receipts of token token-holder agree on the events that they share: 5.',
    });
  });

  it('of one token that share no event are valid, and are said not to be comparable', () => {
    const files = ['release-last', 'unblock'].map(vector);
    expect(run(...files, '--key', VECTOR_KEYS)).toEqual({
      code: 0,
      last: 'The receipts of token token-holder share no event: without --record they cannot be compared.',
    });
  });

  it('name the fork where they do not agree', async () => {
    const other = await forged(release(), 'forked.json');
    const { code, last } = run(release(), other, '--key', keys);
    expect([code, last]).toEqual([
      1,
      expect.stringMatching(/^NOT VALID: the record was forked\. .* event \d+ of token /),
    ]);
  });

  it('are not all valid where one is not', () => {
    const files = ['release', 'effect-state'].map(vector);
    expect(run(...files, '--key', VECTOR_KEYS)).toMatchObject({
      code: 1,
      last: expect.stringContaining('NOT VALID: the step EFFECT failed.'),
    });
  });
});

describe('receipts beside an exported record', () => {
  it('are of it', () => {
    expect(run(...exported.receipts, '--key', keys, '--record', exported.folder)).toEqual({
      code: 0,
      last: '✔ Exported record: it is whole, and the events of the receipts are its own',
    });
  });

  it('are not of it where an event is another', async () => {
    const other = await forged(block(), 'other.json');
    const { code, last } = run(other, '--key', keys, '--record', exported.folder);
    expect([code, last]).toEqual([1, expect.stringMatching(/other\.json: event \d+ of token .* is another in the/)]);
  });

  it.each([
    { issuedAt: '2026-01-07T00:00:00.000Z', code: 0, when: 'after the export, which need not have it' },
    { issuedAt: '2026-01-05T23:00:00.000Z', code: 1, when: 'before the export, which would have it' },
  ])('name a later head if they were issued $when', async ({ issuedAt, code }) => {
    const receipt = aReceipt(readFileSync(release()));
    const head = { seq: 99, hash: 'f'.repeat(64) };
    const later = join(folder, 'later.json');
    writeFileSync(later, await signedBy(await aKey(7), { ...receipt, issuedAt, record: { ...receipt.record, head } }));
    const outcome = run(later, '--key', keys, '--record', exported.folder);
    expect(outcome).toEqual({ code, last: expect.stringContaining(code === 0 ? '✔' : 'has no event 99 of token') });
  });

  it('are not of it where it is not whole', () => {
    const copy = altered('days.jsonl', (text) => text.replace(/"count":\d+/, '"count":1'));
    const { code, last } = run(block(), '--key', keys, '--record', copy);
    expect([code, last]).toEqual([1, expect.stringContaining('the exported record is not whole: signed day 1')]);
  });

  it('are not of it where it is another company’s', () => {
    const { code, last } = run(vector('block'), '--key', keys, '--record', exported.folder);
    expect([code, last]).toEqual([1, expect.stringContaining('is of another company than the exported record.')]);
  });
});

describe('a receipt beside the document of its signed days', () => {
  it('is tied to them', () => {
    const document = join(folder, 'days.json');
    writeFileSync(document, proof);
    expect(run(release(), '--key', keys, '--day', document)).toEqual({
      code: 0,
      last: '✔ Signed days: each event of the change is in the tree of a day that the bank signed (2026-01-05)',
    });
    expect(run(block(), '--key', keys, '--day', document)).toEqual({
      code: 1,
      last: 'NOT VALID: the document has not one path, and one alone, for each event of the change.',
    });
    expect(run(release(), block(), '--key', keys, '--day', document).code).toBe(2);
  });
});

it.each([
  { about: 'no receipt', args: () => ['--key', keys] },
  { about: 'no key', args: () => [release()] },
  { about: 'a file that is no receipt', args: () => [keys, '--key', keys] },
  { about: 'a folder that is no export', args: () => [release(), '--key', keys, '--record', folder] },
])('is not called rightly with $about', ({ args }) => {
  expect(run(...args()).code).toBe(2);
});
