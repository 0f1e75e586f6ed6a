import type { User } from '../domain/user.ts';
import { laterIds, users } from './items.ts';
import type { Tables, Write } from './tables.ts';

/** Every id that a person has had since this one, which comes first; the last is theirs now. */
export async function readIdsSince(tables: Tables, userId: string): Promise<string[]> {
  const { later } = await tables.read({ later: laterIds.at(userId) });
  return later ? [userId, ...(await readIdsSince(tables, later.userId))] : [userId];
}

/** The user whom the bank has given another id since they had this one, if it has. */
export async function readMovedUser(tables: Tables, userId: string): Promise<User | undefined> {
  const [, ...since] = await readIdsSince(tables, userId);
  const { user } = await tables.read({ user: since.slice(-1).map(users.at) });
  return user[0];
}

/** Says under which id a person is kept from now on; an id that they come back to is their last. */
export function moveId(before: string, userId: string): Write[] {
  return [
    { Put: { TableName: 'main', Item: { userId, ...laterIds.key(before) } } },
    { Delete: { TableName: 'main', Key: laterIds.key(userId) } },
  ];
}

/** Refuses the transaction once a person is kept under another id. */
export function checkLastId(userId: string): Write {
  return {
    ConditionCheck: {
      TableName: 'main',
      Key: laterIds.key(userId),
      ConditionExpression: 'attribute_not_exists(pk)',
    },
  };
}
