import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { exportCompany } from '../../scripts/export-record/export-company.ts';
import { FILES } from '../../scripts/export-record/layout.ts';
import { canonical } from '../../shared/domain/canonical.ts';
import type { PinnedKeys } from '../../shared/security/key-set.ts';
import { type NamedKey, readPublicKey } from '../../shared/security/signing-key.ts';
import { getReceipt } from '../../shared/use-cases/get-receipt.ts';
import { signDays } from '../../shared/use-cases/sign-days.ts';
import { FakeArchive } from '../fake-archive.ts';
import { archiveRecord, type LivedCompany, livedCompany } from './lived-company.ts';
import type { MemoryWorld } from './world.ts';

/** A company's record and the receipts of its changes, as files. */
export interface ExportedCompany {
  readonly company: LivedCompany;
  readonly archive: FakeArchive;
  /** The folder of the export; the receipts lie beside it, in `receipts`. */
  readonly folder: string;
  readonly receipts: readonly string[];
  readonly keys: PinnedKeys;
}

/** Lets a company live, archives and signs its days, and writes its export and its receipts into files. */
export async function exportedCompany(
  signing: Partial<Pick<MemoryWorld, 'receiptKey' | 'dayKey'>> = {},
): Promise<ExportedCompany> {
  const archive = new FakeArchive();
  const company = await livedCompany();
  const world = { ...company.world, ...signing, archive: archive.archive };
  archiveRecord(company, archive);
  const root = mkdtempSync(join(tmpdir(), 'llavero-export-'));
  const receipts: string[] = [];
  for (const [index, changeId] of company.changeIds.entries()) {
    receipts.push(join(root, `receipt-${index + 1}.json`));
    writeFileSync(receipts[index] ?? '', canonical(await getReceipt(world, 'DEMO', changeId)));
  }
  world.clock.advance(86_400_000);
  await signDays(world, '2026-01-05', world.clock.now());
  const folder = mkdtempSync(join(root, 'export-'));
  await writeExport(world, folder);
  const keys = new Map<string, NamedKey['key']>();
  for (const name of ['receipt', 'day']) {
    const { kid, key } = await readPublicKey(company.world.services.keys.client(company.world.hooks), name);
    keys.set(kid, key);
  }
  return { company, archive, folder, receipts, keys };
}

/** Writes the export of the company into a folder. */
async function writeExport(world: Parameters<typeof exportCompany>[0], folder: string): Promise<void> {
  const files = new Map<string, string>();
  await exportCompany(world, 'DEMO', async (file, line) => {
    const end = FILES[file].endsWith('.jsonl') ? '\n' : '';
    files.set(FILES[file], `${files.get(FILES[file]) ?? ''}${line}${end}`);
  });
  for (const [name, text] of files) writeFileSync(join(folder, name), text);
}
