import { GetCommand, PutCommand } from '@aws-sdk/lib-dynamodb';
import { aws, DATA_STACK, resourceNamed } from './aws.ts';

/** Has an attacker write over an event of the record, as no role of the service may. */
export async function alterRecord(companyId: string, tokenId: string): Promise<void> {
  const TableName = await resourceNamed(DATA_STACK, 'AWS::DynamoDB::Table', 'Record');
  const Key = { pk: `COMPANY#${companyId}#TOKEN#${tokenId}`, sk: `EVENT#${'1'.padStart(12, '0')}` };
  const { Item } = await aws.dynamodb().send(new GetCommand({ TableName, Key }));
  if (!Item) throw new Error('The token has no event');
  await aws.dynamodb().send(new PutCommand({ TableName, Item: { ...Item, at: new Date().toISOString() } }));
}
