import { DeleteCommand, GetCommand } from '@aws-sdk/lib-dynamodb';
import { aws, DATA_STACK, resourceNamed } from './aws.ts';

/** The name of the table of sealed seeds, which no output of the stage tells. */
export const seedTable = (): Promise<string> => resourceNamed(DATA_STACK, 'AWS::DynamoDB::Table', 'TablesSeeds');

export const seedKey = (tokenId: string) => ({ pk: `TOKEN#${tokenId}`, sk: 'SEED' });

/** A token's sealed seed as it is stored, where it is there. */
export async function findSeed(tokenId: string): Promise<Record<string, unknown> | undefined> {
  const { Item } = await aws
    .dynamodb()
    .send(new GetCommand({ TableName: await seedTable(), Key: seedKey(tokenId), ConsistentRead: true }));
  return Item;
}

/** Takes the seed of a token away, as the loss of the table would. */
export async function loseSeed(tokenId: string): Promise<void> {
  await aws.dynamodb().send(new DeleteCommand({ TableName: await seedTable(), Key: seedKey(tokenId) }));
}
