import { eventSchema, type TokenEvent } from '../domain/event.ts';
import { recordEvents, recordPartition } from './items.ts';
import { FIRST_TIME, type IdPage, LAST_TIME, type PageRange, type TimeRange } from './listings.ts';
import type { Item } from './stored-item.ts';
import type { Query, Tables } from './tables.ts';

/** Enough for the whole record of most tokens. */
const PAGE_SIZE = 100;

/** Events that one page of a token's changes looks at. */
const LOOKED_AT = 1000;

/** A token's events, newest first, read page by page and strongly consistent. */
export async function* eventsNewestFirst(
  tables: Tables,
  companyId: string,
  tokenId: string,
): AsyncGenerator<TokenEvent> {
  for await (const item of recordItems(tables, companyId, tokenId, { ScanIndexForward: false, Limit: PAGE_SIZE })) {
    yield eventSchema.parse(item);
  }
}

/** The event by which a phone was enrolled on this token, or undefined where there is none. */
export async function enrolmentEvent(
  tables: Tables,
  { companyId, tokenId }: { companyId: string; tokenId: string },
  deviceId: string,
): Promise<TokenEvent | undefined> {
  const enrolments = recordItems(tables, companyId, tokenId, {
    ScanIndexForward: false,
    FilterExpression: '#type = :enrolled AND details.deviceId = :device',
    ExpressionAttributeNames: { '#type': 'type' },
    ExpressionAttributeValues: { ':enrolled': 'TOKEN_ENROLLED', ':device': deviceId },
  });
  for await (const item of enrolments) return eventSchema.parse(item);
  return undefined;
}

async function* recordItems(
  tables: Tables,
  companyId: string,
  tokenId: string,
  { ExpressionAttributeValues, ...query }: Omit<Query, 'table'>,
): AsyncGenerator<Item> {
  const pages = tables.queryPages({
    table: 'record',
    KeyConditionExpression: 'pk = :record',
    ExpressionAttributeValues: { ...ExpressionAttributeValues, ':record': recordPartition(companyId, tokenId) },
    ConsistentRead: true,
    ...query,
  });
  for await (const items of pages) yield* items;
}

/** Where a page of a record ended: the sort key of its last event. */
export interface EventPosition {
  readonly sk: string;
}

/** A page of a record, and where it ended if there is more. */
export interface EventList {
  readonly events: TokenEvent[];
  readonly next: EventPosition | undefined;
}

/** Reads one page of a token's record, newest first and strongly consistent. */
export async function eventPage(
  tables: Tables,
  { companyId, tokenId }: { readonly companyId: string; readonly tokenId: string },
  { limit, after }: { readonly limit: number; readonly after: EventPosition | undefined },
): Promise<EventList> {
  const pk = recordPartition(companyId, tokenId);
  const { items, lastKey } = await tables.queryPage({
    table: 'record',
    KeyConditionExpression: 'pk = :record',
    ExpressionAttributeValues: { ':record': pk },
    ScanIndexForward: false,
    ConsistentRead: true,
    Limit: limit,
    ...(after ? { ExclusiveStartKey: { pk, sk: after.sk } } : {}),
  });
  return { events: items.map(recordEvents.parse), next: lastKey && { sk: String(lastKey.sk) } };
}

/**
 * Reads one page of a token's changes, newest first: those that its record begins, all by its own words, so that no index
 * lags behind it.
 */
export async function tokenChangePage(
  tables: Tables,
  {
    companyId,
    tokenId,
    from = FIRST_TIME,
    to = LAST_TIME,
  }: TimeRange & { readonly companyId: string; readonly tokenId: string },
  { limit, after }: PageRange,
): Promise<IdPage> {
  const { events, next } = await eventPage(tables, { companyId, tokenId }, { limit: LOOKED_AT, after });
  const begun = events.filter((event) => beginsChange(event) && event.at >= from && event.at < to).slice(0, limit);
  const positions = begun.map(({ seq }) => ({ sk: recordEvents.key(companyId, tokenId, seq).sk, sort: '' }));
  return {
    ids: begun.flatMap(({ change }) => change?.changeId ?? []),
    positions,
    next: begun.length === limit ? positions.at(-1) : next && { ...next, sort: '' },
  };
}

/** A held change begins with its request, and a block by being applied. */
function beginsChange({ type, change }: TokenEvent): boolean {
  return type === 'CHANGE_REQUESTED' || (type === 'CHANGE_APPLIED' && change?.action === 'BLOCK');
}

const RECORD_KEY = /^COMPANY#(.+)#TOKEN#([^#]+)$/;
const EVENT_KEY = /^EVENT#(\d{12})$/;

/** Reads out of a key of the record what it is a key of; a member is undefined where the key is of another form. */
export function parseEventKey({ pk, sk }: { readonly pk: string; readonly sk: string }) {
  const [, companyId, tokenId] = RECORD_KEY.exec(pk) ?? [];
  const [, seq] = EVENT_KEY.exec(sk) ?? [];
  return { companyId, tokenId, seq: seq === undefined ? undefined : Number(seq) };
}
