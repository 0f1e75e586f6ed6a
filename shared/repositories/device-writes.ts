import type { Device } from '../domain/device.ts';
import { approverKey, boundKeyKey, deviceKey, endpointKey } from './keys.ts';
import { TABLE, type TransactItem } from './table.ts';

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

/** Forgets a retired phone's endpoint, and that it owned it, unless another phone took it over meanwhile. */
export function forgetEndpoint(
  { userId, deviceId }: Pick<Device, 'userId' | 'deviceId'>,
  endpointArn: string,
): TransactItem[] {
  return [
    {
      Update: {
        TableName: TABLE,
        Key: deviceKey(userId, deviceId),
        UpdateExpression: 'REMOVE endpointArn',
        ConditionExpression: 'endpointArn = :endpoint',
        ExpressionAttributeValues: { ':endpoint': endpointArn },
      },
    },
    {
      Delete: {
        TableName: TABLE,
        Key: endpointKey(endpointArn),
        ConditionExpression: 'deviceId = :device',
        ExpressionAttributeValues: { ':device': deviceId },
      },
    },
  ];
}
