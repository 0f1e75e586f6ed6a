import type { QueryCommandInput } from '@aws-sdk/lib-dynamodb';
import { eventSchema, type TokenEvent } from '../domain/event.ts';
import { requireEnv } from '../env.ts';
import { recordPartition } from './keys.ts';
import { type Item, queryPage } from './table.ts';

const RECORD_TABLE = requireEnv('RECORD_TABLE_NAME');

/** Enough for the whole record of most tokens. */
const PAGE_SIZE = 100;

/** A token's events, newest first, read page by page and strongly consistent. */
export async function* eventsNewestFirst(companyId: string, tokenId: string): AsyncGenerator<TokenEvent> {
  for await (const item of recordItems(companyId, tokenId, { ScanIndexForward: false, Limit: PAGE_SIZE })) {
    yield eventSchema.parse(item);
  }
}

/** The event by which a phone was enrolled on this token, or undefined where there is none. */
export async function enrolmentEvent(
  { companyId, tokenId }: { companyId: string; tokenId: string },
  deviceId: string,
): Promise<TokenEvent | undefined> {
  const enrolments = recordItems(companyId, tokenId, {
    ScanIndexForward: false,
    FilterExpression: '#type = :enrolled AND details.deviceId = :device',
    ExpressionAttributeNames: { '#type': 'type' },
    ExpressionAttributeValues: { ':enrolled': 'TOKEN_ENROLLED', ':device': deviceId },
  });
  for await (const item of enrolments) return eventSchema.parse(item);
  return undefined;
}

async function* recordItems(
  companyId: string,
  tokenId: string,
  { ExpressionAttributeValues, ...query }: Omit<QueryCommandInput, 'TableName'>,
): AsyncGenerator<Item> {
  let start: Item | undefined;
  do {
    const { items, lastKey } = await queryPage({
      TableName: RECORD_TABLE,
      KeyConditionExpression: 'pk = :record',
      ExpressionAttributeValues: { ...ExpressionAttributeValues, ':record': recordPartition(companyId, tokenId) },
      ConsistentRead: true,
      ...query,
      ...(start ? { ExclusiveStartKey: start } : {}),
    });
    yield* items;
    start = lastKey;
  } while (start);
}
