import type { Activation } from './items.ts';
import { activationKey } from './keys.ts';
import { TABLE, type TransactItem, writeOne } from './table.ts';

/**
 * Counts a wrong code against the one it was tried for: once however often it is sent, and never against a code that
 * was put in its place meanwhile.
 */
export async function countWrongTry({ userId, codeHash }: Activation, wrongHash: string): Promise<void> {
  await writeOne({
    Key: activationKey(userId),
    UpdateExpression: 'SET wrongHashes = list_append(if_not_exists(wrongHashes, :none), :those) ADD wrongTries :one',
    ConditionExpression: 'codeHash = :hash AND NOT contains(wrongHashes, :wrong)',
    ExpressionAttributeValues: {
      ':one': 1,
      ':hash': codeHash,
      ':wrong': wrongHash,
      ':those': [wrongHash],
      ':none': [],
    },
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
