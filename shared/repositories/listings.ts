import type { ChangeStatus } from '../domain/change.ts';
import type { Token, TokenKind, TokenStatus } from '../domain/token.ts';
import { changes, searchPartition, tokens } from './items.ts';
import type { Item, Key } from './stored-item.ts';
import type { Tables } from './tables.ts';
import { tokenSortKeys } from './writes.ts';

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
export interface IdPage {
  readonly ids: string[];
  /** Where a page would have ended with each of them. */
  readonly positions: IndexPosition[];
  readonly next: IndexPosition | undefined;
}

/** Cuts what is listed to one page, which ends with its last item, or at `end` where all of it fits. */
export function cutPage<Item, Position>(
  listed: readonly Item[],
  limit: number,
  readPosition: (last: Item) => Position,
  end: Position,
): { found: Item[]; next: Position } {
  const found = listed.slice(0, limit);
  const last = found.at(-1);
  return { found, next: last !== undefined && found.length < listed.length ? readPosition(last) : end };
}

export type TokenSort = 'name' | '-updatedAt';

export interface TokenIndex {
  readonly companyId: string;
  readonly kind: TokenKind;
  readonly status: TokenStatus | undefined;
  readonly sort: TokenSort;
}

/** Reads a page of a company's tokens of one kind, or of one state: by their holders' names, or the latest changed first. */
export function tokenPage(
  tables: Tables,
  { companyId, kind, status, sort }: TokenIndex,
  range: PageRange,
): Promise<IdPage> {
  const first = tokens.key(companyId, '');
  const all = { partition: `COMPANY#${companyId}#${kind}`, first, ...range };
  if (sort === '-updatedAt') return indexPage(tables, { ...all, index: 'recent', newestFirst: true });
  const sorted = { ...all, newestFirst: false };
  if (!status) return indexPage(tables, { ...sorted, index: 'list' });
  return indexPage(tables, { ...sorted, index: 'status', partition: `COMPANY#${companyId}#TOKENS#${status}` });
}

/** Where a listing stands that ended with this token. */
export function tokenPosition(token: Token, sort: TokenSort): IndexPosition {
  const { byName, byChange } = tokenSortKeys(token);
  return { sk: tokens.key(token.companyId, token.tokenId).sk, sort: sort === 'name' ? byName : byChange };
}

/** A time of the index's sort keys: from the first on, and before the second. */
export interface TimeRange {
  readonly from?: string | undefined;
  readonly to?: string | undefined;
}

/** Before and after every time. */
export const [FIRST_TIME, LAST_TIME] = ['0', '~'];

/** Reads a page of a company's changes, or of those in one state, newest first; of a time, where one is given. */
export async function changePage(
  tables: Tables,
  {
    companyId,
    status,
    from = FIRST_TIME,
    to = LAST_TIME,
  }: TimeRange & { readonly companyId: string; readonly status?: ChangeStatus | undefined },
  range: PageRange,
): Promise<IdPage> {
  if (from >= to) return { ids: [], positions: [], next: undefined };
  const partition = `COMPANY#${companyId}#CHANGES${status ? `#${status}` : ''}`;
  const index = status ? 'status' : 'list';
  return indexPage(tables, {
    index,
    partition,
    first: changes.key(companyId, ''),
    newestFirst: true,
    between: [from, to],
    ...range,
  });
}

async function indexPage(
  tables: Tables,
  query: PageRange & {
    readonly index: 'list' | 'status' | 'recent';
    readonly partition: string;
    /** The key before those of all items that are listed: theirs is this one and their id. */
    readonly first: Key;
    readonly newestFirst: boolean;
    /** Sort keys that begin with a time have more after it, so that none is the second of these itself. */
    readonly between?: readonly [string, string];
  },
): Promise<IdPage> {
  const { index, partition, first, limit, newestFirst, between, after } = query;
  const partitionName = index === 'status' ? 'statusPk' : 'listPk';
  const sortName = index === 'recent' ? 'recentSk' : 'listSk';
  const { items, lastKey } = await tables.queryPage({
    IndexName: index,
    KeyConditionExpression: `#partition = :partition${between ? ' AND #sort BETWEEN :from AND :to' : ''}`,
    ExpressionAttributeNames: { '#partition': partitionName, ...(between ? { '#sort': sortName } : {}) },
    ExpressionAttributeValues: {
      ':partition': partition,
      ...(between ? { ':from': between[0], ':to': between[1] } : {}),
    },
    ScanIndexForward: !newestFirst,
    Limit: limit,
    ...(after
      ? { ExclusiveStartKey: { pk: first.pk, sk: after.sk, [partitionName]: partition, [sortName]: after.sort } }
      : {}),
  });
  return {
    ids: items.map(({ sk }) => String(sk).slice(first.sk.length)),
    positions: items.map((item) => asPosition(item, sortName)),
    next: lastKey && asPosition(lastKey, sortName),
  };
}

function asPosition(item: Item, sortName: string): IndexPosition {
  return { sk: String(item.sk), sort: String(item[sortName]) };
}

/** A token that a search found, and the key by which a listing sorts it by name. */
export interface SearchHit {
  readonly tokenId: string;
  readonly byName: string;
}

/** A search of a company's tokens of one kind: each of the words begins one of theirs. */
export interface WordSearch {
  readonly companyId: string;
  readonly kind: TokenKind;
  readonly words: readonly string[];
}

/** So many entries of so many of a search's words are read at once: a rare word among them is found whole. */
const PROBED_ENTRIES = 100;
const PROBED_WORDS = 6;

/** So many of the words are then tried, the longest first, until few enough entries begin with one. */
const TRIED_WORDS = 3;

/** A longer word begins fewer entries: the first of them is searched by. */
export const longestFirst = (words: readonly string[]): string[] => words.toSorted((a, b) => b.length - a.length);

/**
 * Finds a company's tokens that have words that begin so. Whoever pastes an address sends one rare word and several that
 * everybody has, so that each is looked at first. Undefined where there is no word, or more than `most` entries begin with
 * each that is tried: a listing then rather looks at the tokens in their order.
 */
export async function findByWords(
  tables: Tables,
  { words, ...search }: WordSearch,
  most: number,
): Promise<SearchHit[] | undefined> {
  const sorted = longestFirst(words);
  const read = (word: string, limit: number) => {
    const others = sorted.filter((other) => other !== word);
    return searchPage(tables, { ...search, words: [word, ...others] }, limit);
  };
  const probes = await Promise.all(sorted.slice(0, PROBED_WORDS).map((word) => read(word, PROBED_ENTRIES)));
  const rare = probes.find(({ lastKey }) => !lastKey);
  if (rare) return rare.hits;
  for (const word of sorted.slice(0, TRIED_WORDS)) {
    const { hits, lastKey } = await read(word, most);
    if (!lastKey) return hits;
  }
  return undefined;
}

/** Reads one page of the entries that begin with the first of the words, and leaves out those without the others. */
export async function searchPage(
  tables: Tables,
  { companyId, kind, words }: WordSearch,
  limit: number,
  after?: Item,
): Promise<{ hits: SearchHit[]; lastKey: Item | undefined }> {
  const [first = '', ...others] = words;
  const { items, lastKey } = await tables.queryPage({
    KeyConditionExpression: 'pk = :partition AND begins_with(sk, :beginning)',
    ...(others.length > 0
      ? { FilterExpression: others.map((_, n) => `contains(words, :word${n})`).join(' AND ') }
      : {}),
    ExpressionAttributeValues: {
      ':partition': searchPartition(companyId, kind),
      ':beginning': first,
      ...Object.fromEntries(others.map((word, n) => [`:word${n}`, ` ${word}`])),
    },
    Limit: limit,
    ...(after ? { ExclusiveStartKey: after } : {}),
  });
  // A token with two words that begin so has two entries.
  const found = new Map(items.map(({ tokenId, byName }) => [String(tokenId), String(byName)]));
  return { hits: [...found].map(([tokenId, byName]) => ({ tokenId, byName })), lastKey };
}
