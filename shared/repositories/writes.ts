import { type Change, changeStatusAt, type HeldChange, isHeld } from '../domain/change.ts';
import type { Company } from '../domain/company.ts';
import { COMPANY_RECORD, type TokenEvent } from '../domain/event.ts';
import { normalizeForSearch } from '../domain/search-words.ts';
import type { Token } from '../domain/token.ts';
import type { Transition } from '../domain/transitions.ts';
import {
  changes,
  eventSortKey,
  openPartition,
  openShard,
  openSort,
  recordEvents,
  tokens,
  waitingKey,
} from './items.ts';
import { putVersion } from './put-version.ts';
import type { Key } from './stored-item.ts';
import type { Write } from './tables.ts';

/** The sort keys under which a token's listings have it: by the holder's name, and by its latest change. */
export function tokenSortKeys({ tokenId, holder, updatedAt }: Token): { byName: string; byChange: string } {
  return { byName: `${normalizeForSearch(holder.fullName)}#${tokenId}`, byChange: `${updatedAt}#${tokenId}` };
}

/** Writes the token with the keys of its listings: by holder's name per kind and per state, and by its latest change. */
export function putToken(token: Token): Write {
  const { companyId, kind, status, tokenId } = token;
  const { byName, byChange } = tokenSortKeys(token);
  return putVersion(tokens.key(companyId, tokenId), {
    ...token,
    listPk: `COMPANY#${companyId}#${kind}`,
    listSk: byName,
    statusPk: `COMPANY#${companyId}#TOKENS#${status}`,
    recentSk: byChange,
  });
}

/** Writes the change with the keys of its listings, newest first, and of the reconciler's. */
export function putChange(change: Change): Write {
  const { companyId, changeId, createdAt, dueAt, status } = change;
  const byAge = `${createdAt}#${changeId}`;
  return putVersion(changes.key(companyId, changeId), {
    ...change,
    listPk: `COMPANY#${companyId}#CHANGES`,
    listSk: byAge,
    statusPk: `COMPANY#${companyId}#CHANGES#${status}`,
    ...(dueAt ? { openPk: openPartition(openShard(change)), openSk: openSort(dueAt, changeId) } : {}),
  });
}

/** Appends events to a token's record. */
export function putEvents(token: Token, events: readonly TokenEvent[]): Write[] {
  const { companyId, tokenId, holder, device } = token;
  // Beside the event, and no part of it: whom to give notice, and the phone they have once it is written.
  const notice = { holderId: holder.userId, ...(device ? { deviceId: device.deviceId } : {}) };
  return events.map((event) => putEvent(event, { companyId, tokenId, ...notice }));
}

/** Appends events to the company's own record. */
export function putCompanyEvents({ companyId }: Company, events: readonly TokenEvent[]): Write[] {
  return events.map((event) => putEvent(event, { companyId, tokenId: COMPANY_RECORD }));
}

/** Appends an event with what is beside it; no role may overwrite one, and no condition would let it. */
function putEvent(event: TokenEvent, beside: { readonly companyId: string; readonly tokenId: string }): Write {
  return {
    Put: {
      TableName: 'record',
      Item: {
        ...event,
        ...recordEvents.key(beside.companyId, beside.tokenId, event.seq),
        ...beside,
        listSk: eventSortKey(event, beside.tokenId),
      },
      ConditionExpression: 'attribute_not_exists(pk)',
    },
  };
}

/** Lets those who may decide the change by phone find it while it waits, and no longer; once it is over, nothing is left. */
export function waitingWrites(change: HeldChange, now: Date): Write[] {
  const key = waitingKey(change);
  if (!key || change.status === 'APPLIED') return [];
  return [isWaiting(change, now) ? putWaiting(key, change) : { Delete: { TableName: 'main', Key: key } }];
}

function putWaiting(key: Key, change: HeldChange): Write {
  return {
    Put: {
      TableName: 'main',
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
export function transitionWrites({ token, changes, events }: Transition, now: Date): Write[] {
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
