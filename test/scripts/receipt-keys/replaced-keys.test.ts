import type { KMSClient } from '@aws-sdk/client-kms';
import { describeFinding } from '../../../scripts/verify-record/finding.ts';
import { verifyCompany } from '../../../scripts/verify-record/verify-company.ts';
import { canonical } from '../../../shared/domain/canonical.ts';
import { type PinnedKeys, parseKeySet, writeKeySet } from '../../../shared/security/key-set.ts';
import { readPublicKey, SigningKey } from '../../../shared/security/signing-key.ts';
import { getReceipt } from '../../../shared/use-cases/get-receipt.ts';
import { signDays } from '../../../shared/use-cases/sign-days.ts';
import { FakeArchive } from '../../fake-archive.ts';
import { archiveRecord, change, type LivedCompany, livedCompany } from '../../world/lived-company.ts';
import { MemoryKeys } from '../../world/memory-keys.ts';
import { findOutcome } from '../verify-receipt/fixtures.ts';

/** Runbook, "A signing key is replaced": before and after, by key files as receivers pinned them. */

const NAMES = ['receipt', 'receipt2', 'day', 'day2'] as const;
const VALID = { valid: expect.arrayContaining(['SIGNATURE', 'EFFECT']) };
const NOT_PINNED = 'SIGNATURE KEY_NOT_PINNED';

let kms: KMSClient;
let archive: FakeArchive;
let company: LivedCompany;

beforeEach(async () => {
  kms = new MemoryKeys(Object.fromEntries(NAMES.map((name) => [name, 'SIGN_VERIFY' as const]))).client();
  archive = new FakeArchive();
  company = await livedCompany();
});

afterEach(() => archive.mock.restore());

/** A key file with these keys, as a receiver reads it. */
async function pinned(...names: (typeof NAMES)[number][]): Promise<PinnedKeys> {
  const keys = await Promise.all(names.map((name) => readPublicKey(kms, name)));
  return parseKeySet(writeKeySet(new Map(keys.map(({ kid, key }) => [kid, key]))));
}

async function issue(changeId: string, keyName: 'receipt' | 'receipt2'): Promise<Buffer> {
  const world = { ...company.world, receiptKey: new SigningKey(kms, keyName) };
  return Buffer.from(canonical(await getReceipt(world, 'DEMO', changeId)));
}

/** Signs, a day later, the days that are over then. */
function signNextDay(keyName: 'day' | 'day2'): Promise<string[]> {
  const through = company.world.clock.now().toISOString().slice(0, 10);
  company.world.clock.advance(86_400_000);
  const world = { archive: archive.archive, dayKey: new SigningKey(kms, keyName) };
  return signDays(world, through, company.world.clock.now());
}

async function verify(keys: PinnedKeys): Promise<string[]> {
  const found: string[] = [];
  const world = { ...company.world, archive: archive.archive };
  await verifyCompany(world, { companyId: 'DEMO', tokenId: undefined }, keys, {
    found: (finding) => found.push(describeFinding(finding)),
    progress: () => {},
  });
  return found;
}

const blockAgain = () => change({ ...company, tokenId: company.holder.tokenId }, 'BLOCK');

it('receipts of before and after verify by a file with both keys; a former file refuses the later one alone', async () => {
  const before = await issue(company.changeIds[0], 'receipt');
  const after = await issue(await blockAgain(), 'receipt2');
  const both = await pinned('receipt', 'receipt2', 'day', 'day2');
  expect([await findOutcome(before, both), await findOutcome(after, both)]).toEqual([VALID, VALID]);
  const former = await pinned('receipt', 'day');
  expect([await findOutcome(before, former), await findOutcome(after, former)]).toEqual([VALID, NOT_PINNED]);
});

it('a receipt of a key that was withdrawn is refused, and issued anew it says the same and verifies', async () => {
  const before = await issue(company.changeIds[0], 'receipt');
  const anew = await issue(company.changeIds[0], 'receipt2');
  const withdrawn = await pinned('receipt2', 'day');
  expect([await findOutcome(before, withdrawn), await findOutcome(anew, withdrawn)]).toEqual([NOT_PINNED, VALID]);
  const { change: said, decision, record } = JSON.parse(before.toString());
  expect(JSON.parse(anew.toString())).toMatchObject({ change: said, decision, record });
});

it('days of before and after are one chain by a file with both keys, and are refused where one is missing', async () => {
  archiveRecord(company, archive);
  const first = await signNextDay('day');
  await blockAgain();
  archiveRecord(company, archive);
  const second = await signNextDay('day2');
  expect([first, second]).toEqual([['2026-01-05'], ['2026-01-06']]);
  expect(await verify(await pinned('receipt', 'day', 'receipt2', 'day2'))).toEqual([]);
  await expect(verify(await pinned('receipt', 'day'))).rejects.toThrow('signed day 2 is missing, or not signed by');
  await expect(verify(await pinned('receipt2', 'day2'))).rejects.toThrow('signed day 1 is missing, or not signed by');
});

it('a day that an entry joined late is signed anew by the new key, over the same chain', async () => {
  archiveRecord(company, archive);
  const [late = ''] = [...archive.objects.keys()].slice(-1);
  archive.objects.delete(late);
  expect(await signNextDay('day')).toEqual(['2026-01-05']);
  archiveRecord(company, archive);
  expect(await signNextDay('day2')).toEqual(['2026-01-05', '2026-01-06']);
  expect(await verify(await pinned('day', 'day2'))).toEqual([]);
});
