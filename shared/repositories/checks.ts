import type { Device } from '../domain/device.ts';
import type { User } from '../domain/user.ts';
import { deviceKey, tokenKey, userKey } from './keys.ts';
import { TABLE, type TransactItem } from './table.ts';

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
