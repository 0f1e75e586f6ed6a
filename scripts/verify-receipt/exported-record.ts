import type { PinnedKeys } from '../../shared/security/key-set.ts';
import type { About } from '../export-record/layout.ts';
import { verifyExport } from '../verify-export/verify-export.ts';
import { describeFinding } from '../verify-record/finding.ts';
import { SignedDayError } from '../verify-record/signed-days.ts';
import { type AttestedEvent, attestedEvents, type NamedReceipt } from './compare-receipts.ts';

/** Clocks of the service and of whoever exports may differ by so much. */
const CLOCKS_DIFFER_MS = 10_000;

/** Why a receipt is not of the exported record. */
export type Mismatch =
  | { readonly cause: 'RECORD_NOT_WHOLE'; readonly finding: string }
  | { readonly cause: 'OTHER_COMPANY'; readonly file: string }
  | { readonly cause: 'EVENT_DIFFERS' | 'EVENT_MISSING'; readonly file: string; readonly event: AttestedEvent };

/**
 * Verifies an exported record, and that each receipt's events are those of it. Only what a receipt says of the time after
 * the export may be missing there.
 *
 * @returns what does not hold; nothing where all does.
 */
export async function compareWithExport(
  folder: string,
  keys: PinnedKeys,
  receipts: readonly NamedReceipt[],
): Promise<Mismatch[]> {
  const mismatches: Mismatch[] = [];
  const wanted = new Map<string, string | undefined>();
  const heads = new Map<string, number>();
  for (const { receipt } of receipts)
    for (const event of attestedEvents(receipt)) wanted.set(nameEvent(event), undefined);
  const notWhole = (finding: string) => mismatches.push({ cause: 'RECORD_NOT_WHOLE', finding });
  const verified = await verifyExport(
    folder,
    keys,
    (finding) => notWhole(describeFinding(finding)),
    (event) => {
      heads.set(event.tokenId, event.seq);
      const name = nameEvent(event);
      if (wanted.has(name)) wanted.set(name, event.hash);
    },
  ).catch((error: unknown) => {
    if (!(error instanceof SignedDayError)) throw error;
    notWhole(error.message);
    return undefined;
  });
  if (!verified) return mismatches;

  const exported: Exported = { about: verified.about, hashes: wanted, heads };
  return receipts.flatMap((receipt) => findMismatch(receipt, exported) ?? []);
}

interface Exported {
  readonly about: About;
  /** Of the events that receipts name: undefined where the record has none of that number. */
  readonly hashes: ReadonlyMap<string, string | undefined>;
  /** The last event of each token. */
  readonly heads: ReadonlyMap<string, number>;
}

function findMismatch({ file, receipt }: NamedReceipt, { about, hashes, heads }: Exported): Mismatch | undefined {
  const { change, record, issuedAt } = receipt;
  if (change.companyId !== about.company) return { cause: 'OTHER_COMPANY', file };
  const isIssuedLater = Date.parse(issuedAt) >= Date.parse(about.exportedAt) - CLOCKS_DIFFER_MS;
  const last = Math.max(record.events.at(-1)?.seq ?? 0, heads.get(change.tokenId) ?? 0);
  for (const event of attestedEvents(receipt)) {
    const hash = hashes.get(nameEvent(event));
    if (hash === event.hash) continue;
    if (hash !== undefined) return { cause: 'EVENT_DIFFERS', file, event };
    const isLater = isIssuedLater && event.tokenId === change.tokenId && event.seq > last;
    if (!isLater) return { cause: 'EVENT_MISSING', file, event };
  }
  return undefined;
}

function nameEvent({ tokenId, seq }: Pick<AttestedEvent, 'tokenId' | 'seq'>): string {
  return JSON.stringify([tokenId, seq]);
}
