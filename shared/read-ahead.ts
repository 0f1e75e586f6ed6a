import type { Phone } from './domain/approvers.ts';
import type { HeldChange } from './domain/change.ts';

/** Entries that are kept of each kind; the oldest goes first. */
const MOST = 10_000;

/** Whom a held change concerns. */
export interface Concerned {
  readonly tokenId: string;
  readonly requesterId: string;
  readonly asked: readonly Phone[];
}

/**
 * Facts that this process has read before and that never change: the company of a caller, and whom a change concerns.
 * They say what to read, so that one call brings what otherwise takes several, and nothing else: whatever is then read is
 * judged as if nothing had been known.
 */
export class ReadAhead {
  private readonly companies = new Map<string, string>();
  private readonly changes = new Map<string, Concerned>();

  findCompany(userId: string): string | undefined {
    return this.companies.get(userId);
  }

  noteCompany({ userId, companyId }: { readonly userId: string; readonly companyId: string }): void {
    note(this.companies, userId, companyId);
  }

  concernedBy(changeId: string): Concerned | undefined {
    return this.changes.get(changeId);
  }

  noteChange({ changeId, tokenId, requestedBy, authorization }: HeldChange): void {
    note(this.changes, changeId, { tokenId, requesterId: requestedBy.userId, asked: authorization.asked });
  }
}

function note<T>(map: Map<string, T>, key: string, value: T): void {
  map.set(key, value);
  const [oldest] = map.keys();
  if (map.size > MOST && oldest !== undefined) map.delete(oldest);
}
