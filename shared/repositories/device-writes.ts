import type { Device, PublicJwk } from '../domain/device.ts';
import type { Endpoint } from '../domain/endpoint.ts';
import { approvers, boundKeys, devices, endpoints } from './items.ts';
import { putVersion } from './put-version.ts';
import type { Write } from './tables.ts';

export function putApprover(user: { companyId: string; userId: string }, deviceId: string): Write {
  const { companyId, userId } = user;
  return { Put: { TableName: 'main', Item: { ...approvers.key(companyId, userId), userId, deviceId } } };
}

export function deleteApprover(user: { companyId: string; userId: string }): Write {
  return { Delete: { TableName: 'main', Key: approvers.key(user.companyId, user.userId) } };
}

/** The phone can prove nothing any more; its push endpoint is deleted once this is written. */
export function retireDevice(userId: string, deviceId: string, now: Date): Write {
  return {
    Update: {
      TableName: 'main',
      Key: devices.key(userId, deviceId),
      UpdateExpression: 'SET retiredAt = :now',
      ConditionExpression: 'attribute_exists(pk)',
      ExpressionAttributeValues: { ':now': now.toISOString() },
    },
  };
}

export function putDevice(device: Device): Write {
  return {
    Put: {
      TableName: 'main',
      Item: { ...device, ...devices.key(device.userId, device.deviceId) },
      ConditionExpression: 'attribute_not_exists(pk)',
    },
  };
}

/** Takes a key, and its negation, for ever: it can be enrolled once, whoever has it and whatever for. */
export function bindKey(key: PublicJwk, { userId, deviceId }: Device): Write {
  return {
    Put: {
      TableName: 'main',
      Item: { ...boundKeys.key(key), userId, deviceId },
      ConditionExpression: 'attribute_not_exists(pk)',
    },
  };
}

/** The members of a phone that note an endpoint. */
export const NOTED_ENDPOINTS = ['endpointArn', 'leftEndpointArn'] as const;
export type NotedEndpoint = (typeof NOTED_ENDPOINTS)[number];

/** For how long an endpoint that wakes nobody is remembered, in seconds: far longer than anybody goes by what they read. */
const KEEP_SECONDS = 86_400;

/** Writes whom an endpoint wakes, if that is still as it was read. */
export function putEndpoint(endpoint: Endpoint, now: Date): Write {
  const ttl = Math.ceil(now.getTime() / 1000) + KEEP_SECONDS;
  return putVersion(endpoints.key(endpoint.endpointArn), {
    ...endpoint,
    ...(endpoint.devices.length === 0 ? { ttl } : {}),
  });
}

/**
 * Points the phone to its new endpoint and notes the one it leaves, unless the phone is retired, or has accepted a later
 * proof or got another endpoint meanwhile.
 */
export function moveEndpoint(device: Device, endpointArn: string, iat: number): Write {
  const { userId, deviceId, endpointArn: before } = device;
  const leaves = before !== undefined && before !== endpointArn;
  const unchanged = before ? 'endpointArn = :before' : 'attribute_not_exists(endpointArn)';
  return {
    Update: {
      TableName: 'main',
      Key: devices.key(userId, deviceId),
      UpdateExpression: `SET endpointArn = :endpoint, pushTokenIat = :iat${leaves ? ', leftEndpointArn = :before' : ''}`,
      ConditionExpression: `attribute_exists(pk) AND attribute_not_exists(retiredAt) AND attribute_not_exists(leftEndpointArn) AND ${unchanged} AND (attribute_not_exists(pushTokenIat) OR pushTokenIat < :iat)`,
      ExpressionAttributeValues: { ':endpoint': endpointArn, ':iat': iat, ...(before ? { ':before': before } : {}) },
    },
  };
}

/** Forgets an endpoint that the phone is taken off, unless another is noted in its place meanwhile. */
export function forgetEndpoint(device: Device, noted: NotedEndpoint): Write {
  return {
    Update: {
      TableName: 'main',
      Key: devices.key(device.userId, device.deviceId),
      UpdateExpression: 'REMOVE #noted',
      ConditionExpression: '#noted = :endpoint',
      ExpressionAttributeNames: { '#noted': noted },
      ExpressionAttributeValues: { ':endpoint': device[noted] },
    },
  };
}
