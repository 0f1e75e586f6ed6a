import type { ChangeStatus } from '../domain/change.ts';
import type { TokenKind, TokenStatus } from '../domain/token.ts';
import { changes, searchPartition, tokens } from './items.ts';
import type { Item, Key } from './stored-item.ts';
import type { Tables } from './tables.ts';

/** Where a page of an index ended: the sort keys of the table and of the index. */
export interface IndexPosition {
  readonly sk: string;
  readonly sort: string;
}

/** The part of a listing that one page has. */
export interface PageRange {
  readonly limit: number;
  /** Where the page before ended; none for the first. */
  readonly after: IndexPosition | undefined;
}

/** The ids of one page, and where it ended if there is more. */
interface IdPage {
  readonly ids: string[];
  readonly next: IndexPosition | undefined;
}

/** Reads a page of a company's tokens of one kind, or of one state, by their holders' names. */
export function tokenPage(
  tables: Tables,
  { companyId, kind, status }: { companyId: string; kind: TokenKind; status: TokenStatus | undefined },
  range: PageRange,
): Promise<IdPage> {
  const partition = status ? `COMPANY#${companyId}#TOKENS#${status}` : `COMPANY#${companyId}#${kind}`;
  const index = status ? 'status' : 'list';
  return indexPage(tables, { index, partition, first: tokens.key(companyId, ''), newestFirst: false, ...range });
}

/** Reads a page of a company's changes, or of those in one state, newest first. */
export function changePage(
  tables: Tables,
  { companyId, status }: { companyId: string; status: ChangeStatus | undefined },
  range: PageRange,
): Promise<IdPage> {
  const partition = `COMPANY#${companyId}#CHANGES${status ? `#${status}` : ''}`;
  const index = status ? 'status' : 'list';
  return indexPage(tables, { index, partition, first: changes.key(companyId, ''), newestFirst: true, ...range });
}

async function indexPage(
  tables: Tables,
  query: PageRange & {
    readonly index: 'list' | 'status';
    readonly partition: string;
    /** The key before those of all items that are listed: theirs is this one and their id. */
    readonly first: Key;
    readonly newestFirst: boolean;
  },
): Promise<IdPage> {
  const { index, partition, first, limit, newestFirst, after } = query;
  const [partitionName, sortName] = [`${index}Pk`, `${index}Sk`];
  const { items, lastKey } = await tables.queryPage({
    IndexName: index,
    KeyConditionExpression: '#partition = :partition',
    ExpressionAttributeNames: { '#partition': partitionName },
    ExpressionAttributeValues: { ':partition': partition },
    ScanIndexForward: !newestFirst,
    Limit: limit,
    ...(after
      ? { ExclusiveStartKey: { pk: first.pk, sk: after.sk, [partitionName]: partition, [sortName]: after.sort } }
      : {}),
  });
  return {
    ids: items.map(({ sk }) => String(sk).slice(first.sk.length)),
    next: lastKey && { sk: String(lastKey.sk), sort: String(lastKey[sortName]) },
  };
}

/** An entry by which a token is found: one of its terms. */
export interface SearchEntry {
  readonly term: string;
  readonly tokenId: string;
}

/** Reads a page of the entries of a company's tokens of one kind that begin so. */
export async function searchPage(
  tables: Tables,
  { companyId, kind, beginning }: { companyId: string; kind: TokenKind; beginning: string },
  { limit, after }: PageRange,
): Promise<{ entries: SearchEntry[]; next: IndexPosition | undefined }> {
  const partition = searchPartition(companyId, kind);
  const { items, lastKey } = await tables.queryPage({
    KeyConditionExpression: 'pk = :partition AND begins_with(sk, :beginning)',
    ExpressionAttributeValues: { ':partition': partition, ':beginning': beginning },
    Limit: limit,
    ...(after ? { ExclusiveStartKey: { pk: partition, sk: after.sk } } : {}),
  });
  return { entries: items.map(parseSearchEntry), next: lastKey && { sk: String(lastKey.sk), sort: '' } };
}

function parseSearchEntry({ sk }: Item): SearchEntry {
  const text = String(sk);
  const cut = text.lastIndexOf('#');
  return { term: text.slice(0, cut), tokenId: text.slice(cut + 1) };
}
