import { get, update } from 'idb-keyval';

/** A decision as it was signed, kept from before it is sent until the person has read its outcome. */
export interface SentDecision {
  readonly changeId: string;
  readonly kind: 'APPROVE' | 'REJECT' | 'NOT_ME';
  /** Compact JWS: sent again as it is, it is the same decision, also once this phone is retired. */
  readonly jws: string;
}

const buildKey = (userId: string): string => `sent:${userId}`;

export async function readSent(userId: string): Promise<readonly SentDecision[]> {
  return (await get<SentDecision[]>(buildKey(userId))) ?? [];
}

/** Keeps a decision in place of an earlier one of the same change. */
export function keepSent(userId: string, sent: SentDecision): Promise<void> {
  return update<SentDecision[]>(buildKey(userId), (kept = []) => [
    ...kept.filter(({ changeId }) => changeId !== sent.changeId),
    sent,
  ]);
}

/** Forgets this very decision: it was refused, or its end was read. */
export function forgetSent(userId: string, { jws }: SentDecision): Promise<void> {
  return update<SentDecision[]>(buildKey(userId), (kept = []) => kept.filter((other) => other.jws !== jws));
}
