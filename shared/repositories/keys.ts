import { createHash } from 'node:crypto';
import type { Change, HeldChange } from '../domain/change.ts';
import type { Key } from './table.ts';

/** Every key of the tables; the company is in the key of what is a company's, so that another's is simply not found. */
export const companyKey = (companyId: string): Key => ({ pk: `COMPANY#${companyId}`, sk: 'PROFILE' });
export const tokenKey = (companyId: string, tokenId: string): Key => ({
  pk: `COMPANY#${companyId}`,
  sk: `TOKEN#${tokenId}`,
});
/** In the table of seeds. */
export const seedKey = (tokenId: string): Key => ({ pk: `TOKEN#${tokenId}`, sk: 'SEED' });
export const changeKey = (companyId: string, changeId: string): Key => ({
  pk: `COMPANY#${companyId}`,
  sk: `CHANGE#${changeId}`,
});
export const approverKey = (companyId: string, userId: string): Key => ({
  pk: `COMPANY#${companyId}`,
  sk: `APPROVER#${userId}`,
});
/** A requester's suspension for one token, or for the whole company. */
export const suspensionKey = (companyId: string, requesterId: string, onlyToken: string | null): Key => ({
  pk: `COMPANY#${companyId}`,
  sk: `SUSPENSION#${requesterId}#${onlyToken ?? ''}`,
});
export const userKey = (userId: string): Key => ({ pk: `USER#${userId}`, sk: 'PROFILE' });
export const deviceKey = (userId: string, deviceId: string): Key => ({
  pk: `USER#${userId}`,
  sk: `DEVICE#${deviceId}`,
});
export const activationKey = (userId: string): Key => ({ pk: `USER#${userId}`, sk: 'ACTIVATION' });
export const refusalsKey = (userId: string): Key => ({ pk: `USER#${userId}`, sk: 'REFUSALS' });
export const otpKey = (userId: string): Key => ({ pk: `USER#${userId}`, sk: 'OTP' });
export const usernameKey = (username: string): Key => ({ pk: `USERNAME#${username}`, sk: 'OWNER' });
/** The hold of a change: its task token and whether the approvers were reached. Its only writer is the workflow. */
export const holdKey = (changeId: string): Key => ({ pk: `CHANGE#${changeId}`, sk: 'HOLD' });
/** What became of the notices of a change to the token's holder. */
export const noticesKey = (changeId: string): Key => ({ pk: `CHANGE#${changeId}`, sk: 'NOTICES' });
/** The same of an event that belongs to no change. */
export const eventNoticesKey = (companyId: string, tokenId: string, seq: number): Key => ({
  pk: `NOTICE#${companyId}#${tokenId}#${seq}`,
  sk: 'NOTICES',
});
/** By its first coordinate alone: the key whose second is the other has the same private key, but for its sign. */
export const boundKeyKey = ({ x }: { readonly x: string }): Key => ({ pk: `KEY#${x}`, sk: 'OWNER' });
/** Whom a push endpoint wakes; the push token itself is in no key. */
export const endpointKey = (endpointArn: string): Key => ({
  pk: `ENDPOINT#${createHash('sha256').update(endpointArn).digest('hex')}`,
  sk: 'OWNER',
});
export const searchKey = (companyId: string, kind: string, term: string, tokenId: string): Key => ({
  pk: searchPartition(companyId, kind),
  sk: `${term}#${tokenId}`,
});
export const searchPartition = (companyId: string, kind: string): string => `COMPANY#${companyId}#SEARCH#${kind}`;

export const administratorsWaiting = (companyId: string): string => `COMPANY#${companyId}#ADMINISTRATORS`;
export const userWaiting = (userId: string): string => `USER#${userId}`;

/** Exactly one per held change, in the partition of whoever may decide it by phone, if anyone may; sorts by age. */
export function waitingKey(change: HeldChange): Key | undefined {
  const pk = waitingPartition(change);
  return pk === undefined ? undefined : { pk, sk: `WAITING#${change.createdAt}#${change.changeId}` };
}

function waitingPartition({ companyId, holder, requestedBy, authorization }: HeldChange): string | undefined {
  switch (authorization.policy) {
    case 'REQUESTER':
      return userWaiting(requestedBy.userId);
    case 'HOLDER':
      return userWaiting(holder.userId);
    case 'OTHER_ADMINISTRATOR':
      return administratorsWaiting(companyId);
    case 'BANK':
      return undefined;
  }
}

export const recordPartition = (companyId: string, tokenId: string): string => `COMPANY#${companyId}#TOKEN#${tokenId}`;
/** Twelve digits, so that events sort by number. */
export const eventKey = (companyId: string, tokenId: string, seq: number): Key => ({
  pk: recordPartition(companyId, tokenId),
  sk: `EVENT#${String(seq).padStart(12, '0')}`,
});

/** Partitions of the index of open changes, so that no one partition takes every new change. */
export const OPEN_SHARDS = 8;
export const openPartition = (shard: number): string => `OPEN#${shard}`;
export const openShardOf = ({ changeId }: Pick<Change, 'changeId'>): number =>
  createHash('sha256').update(changeId).digest().readUInt32BE(0) % OPEN_SHARDS;
