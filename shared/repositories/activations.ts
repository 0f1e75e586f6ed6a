import type { Activation } from './items.ts';
import { activationKey } from './keys.ts';
import { TABLE, type TransactItem, writeOne } from './table.ts';

/** Counts a wrong try against the code it was tried on; a code replaced meanwhile keeps its own count. */
export async function countWrongTry({ userId, codeHash }: Activation): Promise<void> {
  await writeOne({
    Key: activationKey(userId),
    UpdateExpression: 'ADD wrongTries :one',
    ConditionExpression: 'codeHash = :hash',
    ExpressionAttributeValues: { ':one': 1, ':hash': codeHash },
  });
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
