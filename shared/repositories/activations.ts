import { ConditionalCheckFailedException } from '@aws-sdk/client-dynamodb';
import { UpdateCommand } from '@aws-sdk/lib-dynamodb';
import type { Activation } from './items.ts';
import { activationKey } from './keys.ts';
import { TABLE, table } from './table.ts';

/** Counts a wrong try against the code it was tried on; a code replaced meanwhile keeps its own count. */
export async function countWrongTry({ userId, codeHash }: Activation): Promise<void> {
  try {
    await table.send(
      new UpdateCommand({
        TableName: TABLE,
        Key: activationKey(userId),
        UpdateExpression: 'ADD wrongTries :one',
        ConditionExpression: 'codeHash = :hash',
        ExpressionAttributeValues: { ':one': 1, ':hash': codeHash },
      }),
    );
  } catch (error) {
    if (!(error instanceof ConditionalCheckFailedException)) throw error;
  }
}
