import type { Authorization, Change } from './change.ts';
import type { Token } from './token.ts';
import { asPerson } from './user.ts';

/** A change as the request describes it; the rest comes from the token and the moment. */
export type RequestedMembers = Pick<
  Change,
  'changeId' | 'action' | 'reason' | 'note' | 'requestedBy' | 'requestDigest' | 'requestId'
>;

/** A change as it is when it is requested, before its hold. The company's name is given to it where it is read. */
export function newChange(token: Token, requested: RequestedMembers, now: Date, company?: string): Change {
  const { changeId, action, reason, note, requestedBy, requestDigest, requestId } = requested;
  return {
    changeId,
    companyId: token.companyId,
    tokenId: token.tokenId,
    holder: asPerson(token.holder),
    action,
    reason,
    note,
    status: 'PENDING_AUTHORIZATION',
    requestedBy: asPerson(requestedBy),
    names: {
      ...(company === undefined ? {} : { company }),
      usernames: { [token.holder.userId]: token.holder.username },
    },
    authorization: null,
    requestDigest,
    requestId,
    createdAt: now.toISOString(),
    updatedAt: now.toISOString(),
    version: 1,
  };
}

/** Begins a hold: its end, a challenge like no other, and no wrong code. */
export function newHold(
  holdSeconds: number,
  now: Date,
  random: { bytes(length: number): Uint8Array },
): Pick<Authorization, 'expiresAt' | 'nonce' | 'wrongCodes'> {
  return {
    expiresAt: new Date(now.getTime() + holdSeconds * 1000).toISOString(),
    nonce: Buffer.from(random.bytes(16)).toString('base64url'),
    wrongCodes: [],
  };
}
