import { shownUnder } from '../domain/search-terms.ts';
import { physicalStatusSchema, type Token, type TokenKind, type TokenStatus } from '../domain/token.ts';
import { tokens } from '../repositories/items.ts';
import { type IndexPosition, type PageRange, searchPage, tokenPage } from '../repositories/listings.ts';
import type { Uses } from '../world.ts';
import { settleTokens } from './settle-change.ts';

export interface TokenFilter {
  readonly companyId: string;
  readonly kind: TokenKind | undefined;
  readonly status: TokenStatus | undefined;
  /** Normalized; undefined for all. */
  readonly beginning: string | undefined;
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

/** How often one page goes on to the next entries when those it read are filtered away. */
const ROUNDS = 4;

/**
 * Lists a page of a company's tokens by name, virtual ones first. It costs the same at a hundred and at a million tokens: a
 * few queries of at most `limit` entries, each token read once; a page may so hold fewer than `limit`.
 */
export async function listTokens(
  world: Uses<'tables' | 'clock'>,
  filter: TokenFilter,
  limit: number,
  start: TokenPosition | undefined,
): Promise<TokenList> {
  const kinds = listedKinds(filter);
  const found: Token[] = [];
  let next = start ?? kindStart(kinds[0]);
  for (let round = 0; next && found.length < limit && round < ROUNDS; round++) {
    const range = { limit: limit - found.length, after: next.after };
    const page: KindPage = await readKindPage(world, filter, next.kind, range);
    found.push(...page.tokens);
    next = page.next ? { kind: next.kind, after: page.next } : kindStart(kinds[kinds.indexOf(next.kind) + 1]);
  }
  const now = world.clock.now();
  return { tokens: await settleTokens(world, found, now), next, now };
}

function kindStart(kind: TokenKind | undefined): TokenPosition | undefined {
  return kind && { kind, after: undefined };
}

/** A state belongs to one kind, so that a state of the other kind lists nothing. */
function listedKinds({ kind, status }: TokenFilter): TokenKind[] {
  const kinds: TokenKind[] = kind ? [kind] : ['VIRTUAL', 'PHYSICAL'];
  if (!status) return kinds;
  const ofStatus = physicalStatusSchema.safeParse(status).success ? 'PHYSICAL' : 'VIRTUAL';
  return kinds.filter((candidate) => candidate === ofStatus);
}

interface KindPage {
  readonly tokens: Token[];
  readonly next: IndexPosition | undefined;
}

function readKindPage(
  world: Uses<'tables'>,
  { beginning, ...filter }: TokenFilter,
  kind: TokenKind,
  range: PageRange,
): Promise<KindPage> {
  return beginning
    ? readSearchPage(world, { ...filter, kind, beginning }, range)
    : readIndexPage(world, { ...filter, kind }, range);
}

type KindFilter = Pick<TokenFilter, 'companyId' | 'status'> & { readonly kind: TokenKind };

async function readIndexPage({ tables }: Uses<'tables'>, filter: KindFilter, range: PageRange): Promise<KindPage> {
  const { companyId, status } = filter;
  const { ids, next } = await tokenPage(tables, filter, range);
  const { listed } = await tables.read({ listed: ids.map((tokenId) => tokens.at(companyId, tokenId)) });
  return { tokens: listed.filter((token) => token !== undefined).filter(inStatus(status)), next };
}

/** Reads the tokens of the entries that begin so; each shows under one of its terms only. */
async function readSearchPage(
  { tables }: Uses<'tables'>,
  filter: KindFilter & { readonly beginning: string },
  range: PageRange,
): Promise<KindPage> {
  const { companyId, status, beginning } = filter;
  const { entries, next } = await searchPage(tables, filter, range);
  const { found } = await tables.read({ found: entries.map(({ tokenId }) => tokens.at(companyId, tokenId)) });
  const shown = found.filter(
    (token, index) => token !== undefined && shownUnder(token.holder, beginning) === entries[index]?.term,
  );
  return { tokens: shown.filter((token) => token !== undefined).filter(inStatus(status)), next };
}

function inStatus(status: TokenStatus | undefined): (token: Token) => boolean {
  return (token) => !status || token.status === status;
}
