import { type Activation, activations } from './items.ts';
import type { Tables, Write } from './tables.ts';

/**
 * Counts a wrong code against the one it was tried for: once however often it is sent, and never against a code that
 * was put in its place meanwhile.
 */
export async function countWrongTry(
  tables: Tables,
  { userId, codeHash }: Activation,
  wrongHash: string,
): Promise<void> {
  await tables.writeOne(activations.at(userId), {
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
export function putActivation(activation: Activation): Write {
  return {
    Put: {
      TableName: 'main',
      Item: {
        ...activation,
        ...activations.key(activation.userId),
        ttl: Math.ceil(Date.parse(activation.expiresAt) / 1000),
      },
    },
  };
}

export function deleteActivation(userId: string): Write {
  return { Delete: { TableName: 'main', Key: activations.key(userId) } };
}

/** Uses the code up: refuses the transaction unless it is the one that was read and still good. */
export function useActivation({ userId, codeHash, wrongTries }: Activation): Write {
  return {
    Delete: {
      TableName: 'main',
      Key: activations.key(userId),
      ConditionExpression: 'codeHash = :hash AND wrongTries = :tries',
      ExpressionAttributeValues: { ':hash': codeHash, ':tries': wrongTries },
    },
  };
}
