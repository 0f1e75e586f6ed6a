import { COMPANY_RECORD, companyEventTypeSchema, type EventType, type TokenEvent } from '../domain/event.ts';
import { eventSortKey, recordEvents } from './items.ts';
import { cutPage, FIRST_TIME, LAST_TIME, type TimeRange } from './listings.ts';
import type { Item } from './stored-item.ts';
import type { Tables } from './tables.ts';

/** The part of a company's record that is listed. Times are as events bear them; the second is the first left out. */
export interface EventFilter extends TimeRange {
  readonly companyId: string;
  /** {@link COMPANY_RECORD} for the company's own. */
  readonly tokenId?: string | undefined;
  readonly type?: EventType | undefined;
}

/** An event, and of whose record it is. */
export interface CompanyEvent {
  readonly tokenId: string;
  readonly event: TokenEvent;
}

/** A page of a company's events, and the sort key of the one that it ended with, if there is more. */
export interface CompanyEventPage {
  readonly found: CompanyEvent[];
  readonly next: string | undefined;
}

export interface EventRange {
  readonly limit: number;
  readonly after: string | undefined;
}

/** Entries that one page looks at where not every one is listed. */
const LOOKED_AT = 1000;

/**
 * Reads one page of a company's record, newest first. One token's is read in that record, and so are the types that only
 * the company's own has. Everything else is found by the index, whose entries tell the type.
 */
export async function companyEventPage(
  tables: Tables,
  filter: EventFilter,
  range: EventRange,
): Promise<CompanyEventPage> {
  const { type, from = FIRST_TIME, to = LAST_TIME } = filter;
  if (from >= to) return { found: [], next: undefined };
  const ofCompany = companyEventTypeSchema.safeParse(type).success ? COMPANY_RECORD : undefined;
  const tokenId = filter.tokenId ?? ofCompany;
  return tokenId === undefined
    ? indexPage(tables, { ...filter, from, to }, range)
    : recordPage(tables, { ...filter, tokenId, from, to }, range);
}

async function indexPage(
  tables: Tables,
  { companyId, type, from, to }: EventFilter & { readonly from: string; readonly to: string },
  { limit, after }: EventRange,
): Promise<CompanyEventPage> {
  const { items, lastKey } = await tables.queryPage({
    table: 'record',
    IndexName: 'list',
    KeyConditionExpression: 'companyId = :company AND listSk BETWEEN :from AND :to',
    // A sort key begins with its time and goes on, so that none is the second of them itself.
    ExpressionAttributeValues: { ':company': companyId, ':from': from, ':to': to },
    ScanIndexForward: false,
    Limit: type ? LOOKED_AT : limit,
    ...(after === undefined
      ? {}
      : { ExclusiveStartKey: { ...parseSortKey(companyId, after).key, companyId, listSk: after } }),
  });
  const entries = items.map(({ listSk }) => parseSortKey(companyId, String(listSk)));
  const listed = cutPage(
    entries.filter((entry) => !type || entry.type === type),
    limit,
    readSortKey,
    lastKey && entries.at(-1)?.sortKey,
  );
  const { events } = await tables.read({
    events: listed.found.map(({ tokenId, seq }) => recordEvents.at(companyId, tokenId, seq)),
  });
  const found = events.flatMap((event, index) => {
    const tokenId = listed.found[index]?.tokenId;
    return event && tokenId !== undefined ? [{ tokenId, event }] : [];
  });
  return { found, next: listed.next };
}

async function recordPage(
  tables: Tables,
  {
    companyId,
    tokenId,
    type,
    from,
    to,
  }: EventFilter & { readonly tokenId: string; readonly from: string; readonly to: string },
  { limit, after }: EventRange,
): Promise<CompanyEventPage> {
  const { items, lastKey } = await tables.queryPage({
    table: 'record',
    KeyConditionExpression: 'pk = :record',
    ExpressionAttributeValues: { ':record': recordEvents.key(companyId, tokenId, 0).pk },
    ScanIndexForward: false,
    ConsistentRead: true,
    Limit: LOOKED_AT,
    ...(after === undefined ? {} : { ExclusiveStartKey: { ...parseSortKey(companyId, after).key } }),
  });
  const read = items.map((item: Item) => {
    const event = recordEvents.parse(item);
    return { tokenId, event, sortKey: eventSortKey(event, tokenId) };
  });
  const listed = read.filter(({ event }) => (!type || event.type === type) && event.at >= from && event.at < to);
  const { found, next } = cutPage(listed, limit, readSortKey, lastKey && read.at(-1)?.sortKey);
  return { found: found.map(({ event }) => ({ tokenId, event })), next };
}

const readSortKey = ({ sortKey }: { readonly sortKey: string }): string | undefined => sortKey;

/** The parts of an event's sort key in its company's index, and the event's key in the record. */
function parseSortKey(companyId: string, sortKey: string) {
  const [, number = '', tokenId = '', type = ''] = sortKey.split('#');
  const seq = Number(number);
  return { sortKey, seq, tokenId, type, key: recordEvents.key(companyId, tokenId, seq) };
}
