import { type Change, changeStatusAt, type HeldChange, isHeld } from '../domain/change.ts';
import type { TokenEvent } from '../domain/event.ts';
import { normalizeForSearch } from '../domain/search-terms.ts';
import type { Token } from '../domain/token.ts';
import type { Transition } from '../domain/transitions.ts';
import type { User } from '../domain/user.ts';
import { requireEnv } from '../env.ts';
import type { Activation, Device } from './items.ts';
import {
  activationKey,
  approverKey,
  boundKeyKey,
  changeKey,
  deviceKey,
  endpointKey,
  eventKey,
  openPartition,
  openShardOf,
  tokenKey,
  userKey,
  waitingKey,
} from './keys.ts';
import { type Key, TABLE, type TransactItem } from './table.ts';

const RECORD_TABLE = requireEnv('RECORD_TABLE_NAME');

type Values = Record<string, unknown>;

/** Puts an item that is new, or that is still in the version before this one. */
function putVersion(key: Key, item: Values & { version: number }): TransactItem {
  const put = { TableName: TABLE, Item: { ...item, ...key } };
  return item.version === 1
    ? { Put: { ...put, ConditionExpression: 'attribute_not_exists(pk)' } }
    : {
        Put: {
          ...put,
          ConditionExpression: '#version = :seen',
          ExpressionAttributeNames: { '#version': 'version' },
          ExpressionAttributeValues: { ':seen': item.version - 1 },
        },
      };
}

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
export function putEvents({ companyId, tokenId }: Token, events: readonly TokenEvent[]): TransactItem[] {
  return events.map((event) => ({
    Put: {
      TableName: RECORD_TABLE,
      Item: { ...event, ...eventKey(companyId, tokenId, event.seq), companyId, tokenId },
      ConditionExpression: 'attribute_not_exists(pk)',
    },
  }));
}

/** Lets those who may decide the change find it. */
export function putWaiting(change: HeldChange): TransactItem {
  return {
    Put: {
      TableName: TABLE,
      Item: {
        ...waitingKey(change),
        changeId: change.changeId,
        companyId: change.companyId,
        requestedBy: change.requestedBy.userId,
        holder: change.holder.userId,
        expiresAt: change.authorization.expiresAt,
      },
    },
  };
}

export function deleteWaiting(change: HeldChange): TransactItem {
  return { Delete: { TableName: TABLE, Key: waitingKey(change) } };
}

/** The writes of a transition: the token, its changes with what waits for them, and its events. */
export function writesOf({ token, changes, events }: Transition, now: Date): TransactItem[] {
  return [
    putToken(token),
    ...changes.map(putChange),
    ...changes.filter(isHeld).map((change) => (isWaiting(change, now) ? putWaiting(change) : deleteWaiting(change))),
    ...putEvents(token, events),
  ];
}

function isWaiting(change: Change, now: Date): boolean {
  return changeStatusAt(change, now) === 'PENDING_AUTHORIZATION';
}

/** Refuses the transaction unless the user is enabled, of the company, and (where asked) its administrator. */
export function checkUser(user: User, { administrator }: { administrator: boolean }): TransactItem {
  return {
    ConditionCheck: {
      TableName: TABLE,
      Key: userKey(user.userId),
      ConditionExpression: `enabled = :true AND companyId = :company${administrator ? ' AND #role = :administrator' : ''}`,
      ...(administrator ? { ExpressionAttributeNames: { '#role': 'role' } } : {}),
      ExpressionAttributeValues: {
        ':true': true,
        ':company': user.companyId,
        ...(administrator ? { ':administrator': 'ADMINISTRATOR' } : {}),
      },
    },
  };
}

/** Refuses the transaction unless the user's token is active with this phone. */
export function checkActiveToken(user: User, deviceId: string): TransactItem {
  return {
    ConditionCheck: {
      TableName: TABLE,
      Key: tokenKey(user.companyId, user.tokenId),
      ConditionExpression: '#status = :active AND #device.deviceId = :device',
      ExpressionAttributeNames: { '#status': 'status', '#device': 'device' },
      ExpressionAttributeValues: { ':active': 'ACTIVE', ':device': deviceId },
    },
  };
}

/** Refuses the transaction unless the phone is enrolled and not retired. */
export function checkDevice({ userId, deviceId }: Pick<Device, 'userId' | 'deviceId'>): TransactItem {
  return {
    ConditionCheck: {
      TableName: TABLE,
      Key: deviceKey(userId, deviceId),
      ConditionExpression: 'attribute_exists(pk) AND attribute_not_exists(retiredAt)',
    },
  };
}

/** Refuses the transaction unless the change is still in the version that was read. */
export function checkChange({ companyId, changeId, version }: Change): TransactItem {
  return {
    ConditionCheck: {
      TableName: TABLE,
      Key: changeKey(companyId, changeId),
      ConditionExpression: '#version = :seen',
      ExpressionAttributeNames: { '#version': 'version' },
      ExpressionAttributeValues: { ':seen': version },
    },
  };
}

export function putApprover(user: { companyId: string; userId: string }, deviceId: string): TransactItem {
  const { companyId, userId } = user;
  return { Put: { TableName: TABLE, Item: { ...approverKey(companyId, userId), userId, deviceId } } };
}

export function deleteApprover(user: { companyId: string; userId: string }): TransactItem {
  return { Delete: { TableName: TABLE, Key: approverKey(user.companyId, user.userId) } };
}

/** The phone can prove nothing any more; its push endpoint is deleted once this is written. */
export function retireDevice(userId: string, deviceId: string, now: Date): TransactItem {
  return {
    Update: {
      TableName: TABLE,
      Key: deviceKey(userId, deviceId),
      UpdateExpression: 'SET retiredAt = :now',
      ConditionExpression: 'attribute_exists(pk)',
      ExpressionAttributeValues: { ':now': now.toISOString() },
    },
  };
}

export function putDevice(device: Device): TransactItem {
  return {
    Put: {
      TableName: TABLE,
      Item: { ...device, ...deviceKey(device.userId, device.deviceId) },
      ConditionExpression: 'attribute_not_exists(pk)',
    },
  };
}

/** Takes a key for ever: it can be enrolled once, whoever has it and whatever for. */
export function bindKey(thumbprint: string, { userId, deviceId }: Device): TransactItem {
  return {
    Put: {
      TableName: TABLE,
      Item: { ...boundKeyKey(thumbprint), userId, deviceId },
      ConditionExpression: 'attribute_not_exists(pk)',
    },
  };
}

/** Gives the push endpoint to the phone, and takes it from the phone that had it. */
export function bindEndpoint(
  endpointArn: string,
  to: { userId: string; deviceId: string },
  from: { userId: string; deviceId: string } | undefined,
): TransactItem[] {
  const another = from && from.deviceId !== to.deviceId ? from : undefined;
  return [
    {
      Put: {
        TableName: TABLE,
        Item: { ...endpointKey(endpointArn), userId: to.userId, deviceId: to.deviceId, endpointArn },
        ...(from
          ? {
              ConditionExpression: 'deviceId = :from',
              ExpressionAttributeValues: { ':from': from.deviceId },
            }
          : { ConditionExpression: 'attribute_not_exists(pk)' }),
      },
    },
    ...(another
      ? [
          {
            Update: {
              TableName: TABLE,
              Key: deviceKey(another.userId, another.deviceId),
              UpdateExpression: 'REMOVE endpointArn',
              ConditionExpression: 'attribute_exists(pk)',
            },
          },
        ]
      : []),
  ];
}

/**
 * Points the phone to its new endpoint and lets go of the one it had, unless the phone is retired, or has accepted a
 * later proof or got another endpoint meanwhile.
 */
export function moveEndpoint(device: Device, endpointArn: string, iat: number): TransactItem[] {
  const { userId, deviceId, endpointArn: before } = device;
  const unchanged = before ? 'endpointArn = :before' : 'attribute_not_exists(endpointArn)';
  return [
    {
      Update: {
        TableName: TABLE,
        Key: deviceKey(userId, deviceId),
        UpdateExpression: 'SET endpointArn = :endpoint, pushTokenIat = :iat',
        ConditionExpression: `attribute_exists(pk) AND attribute_not_exists(retiredAt) AND ${unchanged} AND (attribute_not_exists(pushTokenIat) OR pushTokenIat < :iat)`,
        ExpressionAttributeValues: { ':endpoint': endpointArn, ':iat': iat, ...(before ? { ':before': before } : {}) },
      },
    },
    ...(before && before !== endpointArn ? [{ Delete: { TableName: TABLE, Key: endpointKey(before) } }] : []),
  ];
}

/** Forgets a retired phone's endpoint, and that it owned it. */
export function forgetEndpoint(
  { userId, deviceId }: Pick<Device, 'userId' | 'deviceId'>,
  endpointArn: string,
  { owned }: { owned: boolean },
): TransactItem[] {
  return [
    {
      Update: {
        TableName: TABLE,
        Key: deviceKey(userId, deviceId),
        UpdateExpression: 'REMOVE endpointArn',
        ConditionExpression: 'attribute_exists(pk)',
      },
    },
    ...(owned
      ? [
          {
            Delete: {
              TableName: TABLE,
              Key: endpointKey(endpointArn),
              ConditionExpression: 'deviceId = :device',
              ExpressionAttributeValues: { ':device': deviceId },
            },
          },
        ]
      : []),
  ];
}

/** Stores the hash of a new activation code in place of any earlier one. */
export function putActivation(activation: Activation): TransactItem {
  return {
    Put: {
      TableName: TABLE,
      Item: {
        ...activation,
        ...activationKey(activation.userId),
        ttl: Math.ceil(Date.parse(activation.expiresAt) / 1000),
      },
    },
  };
}

export function deleteActivation(userId: string): TransactItem {
  return { Delete: { TableName: TABLE, Key: activationKey(userId) } };
}

/** Uses the code up: refuses the transaction unless it is the one that was read and still good. */
export function useActivation({ userId, codeHash, wrongTries }: Activation): TransactItem {
  return {
    Delete: {
      TableName: TABLE,
      Key: activationKey(userId),
      ConditionExpression: 'codeHash = :hash AND wrongTries = :tries',
      ExpressionAttributeValues: { ':hash': codeHash, ':tries': wrongTries },
    },
  };
}
