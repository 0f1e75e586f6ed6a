import type { Key } from './stored-item.ts';
import type { Write } from './tables.ts';

/** Puts an item that is new, or that is still in the version before this one. */
export function putVersion(key: Key, item: Record<string, unknown> & { version: number }): Write {
  const put = { TableName: 'main', Item: { ...item, ...key } };
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
