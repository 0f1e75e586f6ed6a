import * as z from 'zod/mini';
import {
  COMPANY_RECORD,
  eventHash,
  eventSchema,
  recordHeadSchema,
  type TokenEvent,
} from '../../shared/domain/event.ts';
import { companies, eventSortKey, recordEvents, tokens } from '../../shared/repositories/items.ts';
import type { Item } from '../../shared/repositories/stored-item.ts';
import type { Tables } from '../../shared/repositories/tables.ts';

const headOfToken = z.object({ tokenId: z.string(), recordHead: recordHeadSchema });
export type TokenHead = z.infer<typeof headOfToken>;

/** A company's own record and its tokens with the heads of their records, in the order of their ids. */
export async function* tokenHeads(tables: Tables, companyId: string): AsyncGenerator<TokenHead> {
  const own = await tokenHead(tables, companyId, COMPANY_RECORD);
  if (own) yield own;
  const { pk, sk } = tokens.key(companyId, '');
  const pages = tables.queryPages({
    KeyConditionExpression: 'pk = :company AND begins_with(sk, :token)',
    ExpressionAttributeValues: { ':company': pk, ':token': sk },
    ConsistentRead: true,
  });
  for await (const items of pages) yield* items.map((item) => headOfToken.parse(item));
}

/** The head of a record as it is now; undefined where there is no such token, or the company has no record of its own. */
export async function tokenHead(tables: Tables, companyId: string, tokenId: string): Promise<TokenHead | undefined> {
  if (tokenId === COMPANY_RECORD) {
    const { company } = await tables.read({ company: companies.at(companyId) });
    return company?.recordHead && { tokenId, recordHead: company.recordHead };
  }
  const parse = (item: Item): TokenHead => headOfToken.parse(item);
  const { head } = await tables.read({ head: { ...tokens.at(companyId, tokenId), parse } });
  return head;
}

/** An item of the record as it is stored, and the event in it where it is a whole one. */
export interface StoredEvent {
  readonly sortKey: string;
  /** Undefined where the item is no event, is of another record, or does not bear the hash of all that it says. */
  readonly event: TokenEvent | undefined;
}

/** Reads the part of a token's record that comes after an event, oldest first. */
export async function* storedEvents(
  tables: Tables,
  companyId: string,
  tokenId: string,
  after: number,
): AsyncGenerator<StoredEvent> {
  const { pk, sk } = recordEvents.key(companyId, tokenId, after);
  const pages = tables.queryPages({
    table: 'record',
    KeyConditionExpression: 'pk = :record AND sk > :after',
    ExpressionAttributeValues: { ':record': pk, ':after': sk },
    ConsistentRead: true,
  });
  for await (const items of pages) {
    yield* items.map((item) => ({ sortKey: String(item.sk), event: wholeEvent(item, companyId, tokenId) }));
  }
}

/** The event of an item, with not a member more or less than was hashed. */
function wholeEvent(item: Item, companyId: string, tokenId: string): TokenEvent | undefined {
  // Whom to tell, and where it is listed, is written beside the event: no part of what happened.
  const { pk: _pk, sk, companyId: company, tokenId: token, holderId: _holder, deviceId: _device, ...rest } = item;
  const { listSk, ...stored } = rest;
  const parsed = eventSchema.safeParse(stored);
  if (!parsed.success || company !== companyId || token !== tokenId) return undefined;
  const { hash, ...said } = stored;
  const { seq } = parsed.data;
  if (listSk !== eventSortKey(parsed.data, tokenId)) return undefined;
  if (!Number.isSafeInteger(seq) || sk !== recordEvents.key(companyId, tokenId, seq).sk) return undefined;
  // Over what is stored, not over what the schema takes of it: a member too many is an alteration too.
  return hashWhole(said) === hash ? parsed.data : undefined;
}

function hashWhole(said: Record<string, unknown>): string | undefined {
  try {
    return eventHash(said as Omit<TokenEvent, 'hash'>);
  } catch {
    return undefined;
  }
}
