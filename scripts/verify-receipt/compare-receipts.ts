import type { Receipt } from '../../shared/domain/receipt.ts';

/** A valid receipt and the file that it came from. */
export interface NamedReceipt {
  readonly file: string;
  readonly receipt: Receipt;
}

/** The hash that a receipt gives for an event of a token's record. */
export interface AttestedEvent {
  readonly tokenId: string;
  readonly seq: number;
  readonly hash: string;
}

/** Every event whose hash a receipt gives: the record's part, its head, and the enrolment of the phone. */
export function attestedEvents({ change, record, device }: Receipt): AttestedEvent[] {
  const { tokenId } = change;
  const own = [record.before, ...record.events, record.after].filter((event) => event !== null);
  const attested = [...own, record.head].map(({ seq, hash }) => ({ tokenId, seq, hash }));
  const first = own[0];
  if (first && first.seq > 1) attested.push({ tokenId, seq: first.seq - 1, hash: first.previousHash });
  if (device) attested.push({ tokenId: device.tokenId, seq: device.enrolment.seq, hash: device.enrolment.hash });
  return attested;
}

/** Two receipts that cannot both be of one record. */
export interface Fork {
  readonly tokenId: string;
  readonly seq: number;
  readonly files: readonly [string, string];
}

export interface ComparedReceipts {
  readonly forks: readonly Fork[];
  /** Tokens of more than one receipt, and how many events at least two of these have in common. */
  readonly tokens: ReadonlyMap<string, number>;
}

/**
 * Compares receipts of one token. A record has one event of each number, and one place for each change: receipts that
 * disagree on either show that the record was forked.
 */
export function compareReceipts(receipts: readonly NamedReceipt[]): ComparedReceipts {
  const forks: Fork[] = [];
  const tokens = new Map<string, Set<number>>();
  const events = new Map<string, { hash: string; file: string }>();
  const receiptsOfToken = new Map<string, number>();
  for (const { file, receipt } of receipts) {
    const { companyId, tokenId, changeId } = receipt.change;
    const token = JSON.stringify([companyId, tokenId]);
    receiptsOfToken.set(token, (receiptsOfToken.get(token) ?? 0) + 1);
    const compare = (key: string, { tokenId, seq, hash }: AttestedEvent) => {
      const earlier = events.get(key);
      if (!earlier) events.set(key, { hash, file });
      else if (earlier.hash !== hash) forks.push({ tokenId, seq, files: [earlier.file, file] });
      else if (earlier.file !== file) {
        const name = JSON.stringify([companyId, tokenId]);
        tokens.set(name, (tokens.get(name) ?? new Set()).add(seq));
      }
    };
    for (const event of attestedEvents(receipt)) compare(JSON.stringify([companyId, event.tokenId, event.seq]), event);
    const [first] = receipt.record.events;
    if (first) compare(JSON.stringify([companyId, tokenId, 'change', changeId]), { tokenId, ...first });
  }
  const compared = new Map<string, number>();
  for (const [token, count] of receiptsOfToken) {
    if (count > 1) compared.set(JSON.parse(token)[1], tokens.get(token)?.size ?? 0);
  }
  return { forks, tokens: compared };
}
