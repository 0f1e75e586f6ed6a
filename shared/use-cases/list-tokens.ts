import { DISABLED_HOLDER, isFoundBy } from '../domain/search-words.ts';
import { physicalStatusSchema, type Token, type TokenKind, type TokenStatus } from '../domain/token.ts';
import { tokens } from '../repositories/items.ts';
import {
  cutPage,
  findByWords,
  type IndexPosition,
  type PageRange,
  type SearchHit,
  type TokenSort,
  tokenPage,
  tokenPosition,
} from '../repositories/listings.ts';
import type { Uses } from '../world.ts';
import { settleTokens } from './settle-change.ts';

export interface TokenFilter {
  readonly companyId: string;
  readonly kind: TokenKind | undefined;
  readonly status: TokenStatus | undefined;
  /** Each of them, as `splitWords` gives it, begins a word of what is listed; none for all. */
  readonly words: readonly string[];
  /** True if their holders are enabled; undefined for all. */
  readonly enabled?: boolean | undefined;
  readonly sort: TokenSort;
}

/** Where a listing of tokens stands: in which kind, and after which of its entries (none: at the kind's start). */
export interface TokenPosition {
  readonly kind: TokenKind;
  readonly after: IndexPosition | undefined;
}

/** A page of tokens as they were at the moment `now`, and where it ended if there is more. */
export interface TokenList {
  readonly tokens: Token[];
  readonly next: TokenPosition | undefined;
  readonly now: Date;
}

/** A search that finds more entries looks at the tokens in their order instead: so many then have the word. */
const MOST_HITS = 500;
/** So many tokens are read together once some of them were filtered away. */
const CHUNK = 100;
/** Times that one page reads tokens, of which some are filtered away: first only as many as it shows. */
const ROUNDS = 5;

/**
 * Lists a page of a company's tokens, virtual ones first. It costs the same at a hundred and at a million tokens: a few
 * queries, and reads of at most a few hundred tokens. So a page may hold fewer than `limit`.
 */
export async function listTokens(
  world: Uses<'tables' | 'clock'>,
  asked: TokenFilter,
  limit: number,
  start: TokenPosition | undefined,
): Promise<TokenList> {
  const filter = withHolderWord(asked);
  const kinds = listedKinds(filter);
  const found: Token[] = [];
  let next = start ?? kindStart(kinds[0]);
  const searched = new Map<TokenKind, Promise<SearchHit[] | undefined>>();
  for (let round = 0; next && found.length < limit && round < ROUNDS; round++) {
    const range = { limit: limit - found.length, after: next.after };
    const ofKind = { ...filter, kind: next.kind, chunk: round === 0 ? range.limit : CHUNK };
    const search = searched.get(next.kind) ?? findByWords(world.tables, ofKind, MOST_HITS);
    searched.set(next.kind, search);
    const hits = await search;
    const page: KindPage = await (hits ? readHits(world, ofKind, hits, range) : readIndexPage(world, ofKind, range));
    found.push(...page.tokens);
    next = page.next ? { kind: next.kind, after: page.next } : kindStart(kinds[kinds.indexOf(next.kind) + 1]);
  }
  const now = world.clock.now();
  return { tokens: await settleTokens(world, found, now), next, now };
}

function kindStart(kind: TokenKind | undefined): TokenPosition | undefined {
  return kind && { kind, after: undefined };
}

/** Disabled holders are few, and found by a word; the enabled ones are what is left. */
export function withHolderWord(filter: TokenFilter): TokenFilter {
  return filter.enabled === false ? { ...filter, words: [DISABLED_HOLDER, ...filter.words] } : filter;
}

/** A state belongs to one kind, so that a state of the other kind lists nothing. */
export function listedKinds({ kind, status }: TokenFilter): TokenKind[] {
  const kinds: TokenKind[] = kind ? [kind] : ['VIRTUAL', 'PHYSICAL'];
  if (!status) return kinds;
  const ofStatus = physicalStatusSchema.safeParse(status).success ? 'PHYSICAL' : 'VIRTUAL';
  return kinds.filter((candidate) => candidate === ofStatus);
}

interface KindPage {
  readonly tokens: Token[];
  readonly next: IndexPosition | undefined;
}

export type KindFilter = TokenFilter & { readonly kind: TokenKind };

/** A kind's filter, and how many tokens to read together where some may be filtered away. */
type PageFilter = KindFilter & { readonly chunk: number };

/** Reads the tokens of an index in their order, and leaves out what is not asked for. */
async function readIndexPage(world: Uses<'tables'>, filter: PageFilter, range: PageRange): Promise<KindPage> {
  const { words, status, enabled, sort, chunk } = filter;
  const filtersAfterwards = words.length > 0 || enabled === true || (status !== undefined && sort !== 'name');
  const limit = filtersAfterwards ? chunk : range.limit;
  const { ids, next } = await tokenPage(world.tables, filter, { ...range, limit });
  const shown = (await readTokens(world, filter.companyId, ids)).filter((token) => isListed(token, filter));
  return cutTokens(shown, range.limit, sort, next);
}

/** Puts what a search found in order, and reads as much of it as the page shows. */
async function readHits(
  world: Uses<'tables'>,
  filter: KindFilter,
  hits: readonly SearchHit[],
  { limit, after }: PageRange,
): Promise<KindPage> {
  const { companyId, sort } = filter;
  const shown: Token[] = [];
  if (sort === 'name') {
    const left = hits
      .filter(({ byName }) => !after || compareBytes(byName, after.sort) > 0)
      .toSorted((a, b) => compareBytes(a.byName, b.byName));
    for (let read = 0; read < left.length && shown.length <= limit; read += CHUNK) {
      const ids = left.slice(read, read + CHUNK).map(({ tokenId }) => tokenId);
      shown.push(...(await readTokens(world, companyId, ids)).filter((token) => isListed(token, filter)));
    }
  } else {
    const ids = hits.map(({ tokenId }) => tokenId);
    const all = (await readTokens(world, companyId, ids)).map((token) => ({
      token,
      at: tokenPosition(token, sort).sort,
    }));
    const left = all.filter(({ token, at }) => isListed(token, filter) && (!after || compareBytes(at, after.sort) < 0));
    shown.push(...left.toSorted((a, b) => compareBytes(b.at, a.at)).map(({ token }) => token));
  }
  return cutTokens(shown, limit, sort, undefined);
}

export async function readTokens(
  { tables }: Uses<'tables'>,
  companyId: string,
  ids: readonly string[],
): Promise<Token[]> {
  const { found } = await tables.read({ found: ids.map((tokenId) => tokens.at(companyId, tokenId)) });
  return found.filter((token) => token !== undefined);
}

/** True if the token is one of those that are asked for; its holder's enablement is known to be false only where it is. */
export function isListed(token: Token, { status, words, enabled }: TokenFilter): boolean {
  if (status && token.status !== status) return false;
  if (enabled && token.holder.enabled === false) return false;
  return isFoundBy(token.searchWords, words);
}

function cutTokens(shown: readonly Token[], limit: number, sort: TokenSort, end: IndexPosition | undefined): KindPage {
  const { found, next } = cutPage<Token, IndexPosition | undefined>(
    shown,
    limit,
    (last) => tokenPosition(last, sort),
    end,
  );
  return { tokens: found, next };
}

/** Compares as DynamoDB sorts: by the bytes of UTF-8. */
function compareBytes(a: string, b: string): number {
  return Buffer.compare(Buffer.from(a), Buffer.from(b));
}
