import { findByWords, longestFirst, type SearchHit, searchPage, tokenPage } from '../repositories/listings.ts';
import type { Uses } from '../world.ts';
import { isListed, type KindFilter, listedKinds, readTokens, type TokenFilter, withHolderWord } from './list-tokens.ts';

/** The number of tokens that match: exactly `count`, or where there is `more`, at least that many. */
export interface TokenCount {
  readonly count: number;
  readonly more: boolean;
}

/** Counted so far and no further. */
const MOST = 1000;
/** Keys are read in pages of this size: one more than is counted tells that there are more. */
const PAGE = MOST + 1;
/** So many pages are read of a kind: fewer where each token has to be read to tell if it matches. */
const KEY_PAGES = 5;
const READ_PAGES = 2;

/** Counts the tokens that a listing with this filter holds, exactly up to 1,000; the cost has a bound, whatever the company. */
export async function countTokens(world: Uses<'tables'>, asked: TokenFilter): Promise<TokenCount> {
  const filter = withHolderWord(asked);
  let [count, more] = [0, false];
  for (const kind of listedKinds(filter)) {
    const counted = await countKind(world, { ...filter, kind });
    count += counted.count;
    more ||= counted.more;
  }
  return count > MOST ? { count: MOST, more: true } : { count, more };
}

async function countKind(world: Uses<'tables'>, filter: KindFilter): Promise<TokenCount> {
  const readsTokens = filter.enabled === true || (filter.words.length > 0 && filter.status !== undefined);
  const pages = readsTokens ? READ_PAGES : KEY_PAGES;
  const counted = new Set<string>();
  let read = 0;
  for await (const ids of readCandidates(world, filter)) {
    if (read === pages) return { count: counted.size, more: true };
    const matching = readsTokens ? await selectListed(world, filter, ids) : ids;
    for (const id of matching) counted.add(id);
    read += 1;
    if (counted.size > MOST) return { count: MOST, more: true };
  }
  return { count: counted.size, more: false };
}

async function selectListed(world: Uses<'tables'>, filter: KindFilter, ids: readonly string[]): Promise<string[]> {
  const read = await readTokens(world, filter.companyId, ids);
  return read.filter((token) => isListed(token, filter)).map(({ tokenId }) => tokenId);
}

/** Reads the ids of tokens that may match, page by page: of a search's entries, or of an index. */
async function* readCandidates({ tables }: Uses<'tables'>, filter: KindFilter): AsyncGenerator<string[]> {
  if (filter.words.length > 0) {
    const hits = await findByWords(tables, filter, PAGE);
    yield* hits ? [readIds(hits)] : readSearch(tables, filter);
    return;
  }
  const index = { ...filter, sort: 'name' } as const;
  let after: Parameters<typeof tokenPage>[2]['after'];
  do {
    const page = await tokenPage(tables, index, { limit: PAGE, after });
    yield page.ids;
    after = page.next;
  } while (after);
}

async function* readSearch(tables: Uses<'tables'>['tables'], filter: KindFilter): AsyncGenerator<string[]> {
  const words = longestFirst(filter.words);
  let after: Parameters<typeof searchPage>[3];
  do {
    const { hits, lastKey } = await searchPage(tables, { ...filter, words }, PAGE, after);
    yield readIds(hits);
    after = lastKey;
  } while (after);
}

const readIds = (hits: readonly SearchHit[]): string[] => hits.map(({ tokenId }) => tokenId);
