import { QueryCommand, type QueryCommandInput } from '@aws-sdk/lib-dynamodb';
import * as z from 'zod/mini';
import { eventHash, eventSchema, type TokenEvent } from '../../shared/domain/event.ts';
import { recordHeadSchema, type Token } from '../../shared/domain/token.ts';
import { requireEnv } from '../../shared/env.ts';
import { companyKey, eventKey, recordPartition, tokenKey } from '../../shared/repositories/keys.ts';
import { getAll, type Item, TABLE, table } from '../../shared/repositories/table.ts';

export type RecordHead = Token['recordHead'];

const RECORD_TABLE = requireEnv('RECORD_TABLE_NAME');

const headOfToken = z.object({ tokenId: z.string(), recordHead: recordHeadSchema });
export type TokenHead = z.infer<typeof headOfToken>;

/** A company's tokens with the heads of their records, in the order of their ids. */
export async function* tokenHeads(companyId: string): AsyncGenerator<TokenHead> {
  const items = query({
    TableName: TABLE,
    KeyConditionExpression: 'pk = :company AND begins_with(sk, :token)',
    ExpressionAttributeValues: { ':company': companyKey(companyId).pk, ':token': 'TOKEN#' },
    ProjectionExpression: 'tokenId, recordHead',
    ConsistentRead: true,
  });
  for await (const item of items) yield headOfToken.parse(item);
}

/** The head of a token's record as it is now; undefined where there is no such token. */
export async function tokenHead(companyId: string, tokenId: string): Promise<TokenHead | undefined> {
  const [item] = await getAll([tokenKey(companyId, tokenId)]);
  return item && headOfToken.parse(item);
}

/** An item of the record as it is stored, and the event in it where it is a whole one. */
export interface StoredEvent {
  readonly sortKey: string;
  /** Undefined where the item is no event, is of another record, or does not bear the hash of all that it says. */
  readonly event: TokenEvent | undefined;
}

/** What is stored of a token's record after an event, oldest first. */
export async function* storedEvents(companyId: string, tokenId: string, after: number): AsyncGenerator<StoredEvent> {
  const items = query({
    TableName: RECORD_TABLE,
    KeyConditionExpression: 'pk = :record AND sk > :after',
    ExpressionAttributeValues: {
      ':record': recordPartition(companyId, tokenId),
      ':after': eventKey(companyId, tokenId, after).sk,
    },
    ConsistentRead: true,
  });
  for await (const item of items) yield { sortKey: String(item.sk), event: wholeEvent(item, companyId, tokenId) };
}

/** The event of an item, with not a member more or less than was hashed. */
function wholeEvent(item: Item, companyId: string, tokenId: string): TokenEvent | undefined {
  // Whom to tell is written beside the event for the stream that tells them: no part of what happened.
  const { pk: _pk, sk, companyId: company, tokenId: token, holderId: _holder, deviceId: _device, ...stored } = item;
  const parsed = eventSchema.safeParse(stored);
  if (!parsed.success || company !== companyId || token !== tokenId) return undefined;
  const { hash, ...said } = stored;
  const { seq } = parsed.data;
  if (!Number.isSafeInteger(seq) || sk !== eventKey(companyId, tokenId, seq).sk) return undefined;
  // Over what is stored, not over what the schema takes of it: a member too many is an alteration too.
  return digestOf(said) === hash ? parsed.data : undefined;
}

function digestOf(said: Record<string, unknown>): string | undefined {
  try {
    return eventHash(said as Omit<TokenEvent, 'hash'>);
  } catch {
    return undefined;
  }
}

async function* query(input: QueryCommandInput): AsyncGenerator<Item> {
  let start: Item | undefined;
  do {
    const { Items = [], LastEvaluatedKey } = await table.send(
      new QueryCommand({ ...input, ...(start ? { ExclusiveStartKey: start } : {}) }),
    );
    yield* Items;
    start = LastEvaluatedKey;
  } while (start);
}
