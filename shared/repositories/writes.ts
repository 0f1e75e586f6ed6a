import { type Change, changeStatusAt, type HeldChange, isHeld } from '../domain/change.ts';
import type { TokenEvent } from '../domain/event.ts';
import { normalizeForSearch } from '../domain/search-terms.ts';
import type { Token } from '../domain/token.ts';
import type { Transition } from '../domain/transitions.ts';
import { requireEnv } from '../env.ts';
import { changeKey, eventKey, openPartition, openShardOf, tokenKey, waitingKey } from './keys.ts';
import { putVersion } from './put-version.ts';
import { type Key, TABLE, type TransactItem } from './table.ts';

const RECORD_TABLE = requireEnv('RECORD_TABLE_NAME');

/** Writes the token with the keys of its listings: by holder's name per kind, and per state. */
export function putToken(token: Token): TransactItem {
  const { companyId, kind, status, tokenId } = token;
  const byName = `${normalizeForSearch(token.holder.fullName)}#${tokenId}`;
  return putVersion(tokenKey(companyId, tokenId), {
    ...token,
    listPk: `COMPANY#${companyId}#${kind}`,
    listSk: byName,
    statusPk: `COMPANY#${companyId}#TOKENS#${status}`,
    statusSk: byName,
  });
}

/** Writes the change with the keys of its listings, newest first, and of the reconciler's. */
export function putChange(change: Change): TransactItem {
  const { companyId, changeId, createdAt, dueAt, status } = change;
  const byAge = `${createdAt}#${changeId}`;
  return putVersion(changeKey(companyId, changeId), {
    ...change,
    listPk: `COMPANY#${companyId}#CHANGES`,
    listSk: byAge,
    statusPk: `COMPANY#${companyId}#CHANGES#${status}`,
    statusSk: byAge,
    ...(dueAt ? { openPk: openPartition(openShardOf(change)), openSk: `${dueAt}#${changeId}` } : {}),
  });
}

/** Appends events to the record; no role may overwrite one, and no condition would let it. */
export function putEvents(token: Token, events: readonly TokenEvent[]): TransactItem[] {
  const { companyId, tokenId, holder, device } = token;
  // Beside the event, and no part of it: whom to give notice, and the phone they have once it is written.
  const notice = { holderId: holder.userId, ...(device ? { deviceId: device.deviceId } : {}) };
  return events.map((event) => ({
    Put: {
      TableName: RECORD_TABLE,
      Item: { ...event, ...eventKey(companyId, tokenId, event.seq), companyId, tokenId, ...notice },
      ConditionExpression: 'attribute_not_exists(pk)',
    },
  }));
}

/** Lets those who may decide the change by phone find it while it waits, and no longer. */
function waitingWrites(change: HeldChange, now: Date): TransactItem[] {
  const key = waitingKey(change);
  if (!key) return [];
  return [isWaiting(change, now) ? putWaiting(key, change) : { Delete: { TableName: TABLE, Key: key } }];
}

function putWaiting(key: Key, change: HeldChange): TransactItem {
  return {
    Put: {
      TableName: TABLE,
      Item: {
        ...key,
        changeId: change.changeId,
        tokenId: change.tokenId,
        companyId: change.companyId,
        requestedBy: change.requestedBy.userId,
        holder: change.holder.userId,
        expiresAt: change.authorization.expiresAt,
      },
    },
  };
}

/** The writes of a transition: the token, its changes with what waits for them, and its events. */
export function writesOf({ token, changes, events }: Transition, now: Date): TransactItem[] {
  return [
    putToken(token),
    ...changes.map(putChange),
    ...changes.filter(isHeld).flatMap((change) => waitingWrites(change, now)),
    ...putEvents(token, events),
  ];
}

function isWaiting(change: Change, now: Date): boolean {
  return changeStatusAt(change, now) === 'PENDING_AUTHORIZATION';
}
