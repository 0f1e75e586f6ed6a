import type { Device } from '../domain/device.ts';
import type { User } from '../domain/user.ts';
import { devices, tokens, users } from './items.ts';
import type { Write } from './tables.ts';

/** Refuses the transaction unless the user is enabled, of the company, and (where asked) its administrator. */
export function checkUser(user: User, { administrator }: { administrator: boolean }): Write {
  return {
    ConditionCheck: {
      TableName: 'main',
      Key: users.key(user.userId),
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
export function checkActiveToken(user: User, deviceId: string): Write {
  return {
    ConditionCheck: {
      TableName: 'main',
      Key: tokens.key(user.companyId, user.tokenId),
      ConditionExpression: '#status = :active AND #device.deviceId = :device',
      ExpressionAttributeNames: { '#status': 'status', '#device': 'device' },
      ExpressionAttributeValues: { ':active': 'ACTIVE', ':device': deviceId },
    },
  };
}

/** Refuses the transaction unless the phone is enrolled and not retired. */
export function checkDevice({ userId, deviceId }: Pick<Device, 'userId' | 'deviceId'>): Write {
  return {
    ConditionCheck: {
      TableName: 'main',
      Key: devices.key(userId, deviceId),
      ConditionExpression: 'attribute_exists(pk) AND attribute_not_exists(retiredAt)',
    },
  };
}
