import { shownUnder } from '../domain/search-terms.ts';
import { physicalStatusSchema, type Token, type TokenKind, type TokenStatus } from '../domain/token.ts';
import { readToken } from '../repositories/items.ts';
import { searchPartition, tokenKey } from '../repositories/keys.ts';
import { type IndexPosition, indexPage } from '../repositories/listings.ts';
import { getAll, queryPage } from '../repositories/table.ts';

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

/** How often one page goes on to the next entries when those it read are filtered away. */
const ROUNDS = 4;

/**
 * A page of a company's tokens by name, virtual ones first. It costs the same at a hundred and at a million tokens: a few
 * queries of at most `limit` entries, each token read once; a page may so hold fewer than `limit`.
 */
export async function listTokens(
  filter: TokenFilter,
  limit: number,
  start: TokenPosition | undefined,
): Promise<{ tokens: Token[]; next: TokenPosition | undefined }> {
  const kinds = kindsOf(filter);
  const tokens: Token[] = [];
  let next = start ?? startOf(kinds[0]);
  for (let round = 0; next && tokens.length < limit && round < ROUNDS; round++) {
    const page: { tokens: Token[]; next: IndexPosition | undefined } = await pageOf(
      filter,
      next,
      limit - tokens.length,
    );
    tokens.push(...page.tokens);
    next = page.next ? { kind: next.kind, after: page.next } : startOf(kinds[kinds.indexOf(next.kind) + 1]);
  }
  return { tokens, next };
}

function startOf(kind: TokenKind | undefined): TokenPosition | undefined {
  return kind && { kind, after: undefined };
}

/** A state belongs to one kind, so that a state of the other kind lists nothing. */
function kindsOf({ kind, status }: TokenFilter): TokenKind[] {
  const kinds: TokenKind[] = kind ? [kind] : ['VIRTUAL', 'PHYSICAL'];
  if (!status) return kinds;
  const ofStatus = physicalStatusSchema.safeParse(status).success ? 'PHYSICAL' : 'VIRTUAL';
  return kinds.filter((candidate) => candidate === ofStatus);
}

async function pageOf(filter: TokenFilter, { kind, after }: TokenPosition, limit: number) {
  return filter.beginning
    ? searchPage(filter, filter.beginning, kind, limit, after)
    : indexed(filter, kind, limit, after);
}

async function indexed(filter: TokenFilter, kind: TokenKind, limit: number, after: IndexPosition | undefined) {
  const { companyId, status } = filter;
  const { keys, next } = await indexPage({
    index: status ? 'status' : 'list',
    companyId,
    partition: status ? `COMPANY#${companyId}#TOKENS#${status}` : `COMPANY#${companyId}#${kind}`,
    limit,
    newestFirst: false,
    after,
  });
  const tokens = (await getAll(keys)).flatMap((item) => readToken(item) ?? []);
  return { tokens: tokens.filter((token) => !status || token.status === status), next };
}

/** Entries of the search partition that begin so; a token shows under one of its terms only. */
async function searchPage(
  { companyId, status }: TokenFilter,
  beginning: string,
  kind: TokenKind,
  limit: number,
  after: IndexPosition | undefined,
) {
  const partition = searchPartition(companyId, kind);
  const { items, lastKey } = await queryPage({
    KeyConditionExpression: 'pk = :partition AND begins_with(sk, :beginning)',
    ExpressionAttributeValues: { ':partition': partition, ':beginning': beginning },
    Limit: limit,
    ...(after ? { ExclusiveStartKey: { pk: partition, sk: after.sk } } : {}),
  });
  const entries = items.map((item) => {
    const sk = String(item.sk);
    const cut = sk.lastIndexOf('#');
    return { term: sk.slice(0, cut), key: tokenKey(companyId, sk.slice(cut + 1)) };
  });
  const found = await getAll(entries.map(({ key }) => key));
  const tokens = found.flatMap((item, index) => {
    const token = readToken(item);
    const shown = token && shownUnder(token.holder, beginning) === entries[index]?.term;
    return shown && (!status || token.status === status) ? [token] : [];
  });
  return { tokens, next: lastKey && { sk: String(lastKey.sk), sort: '' } };
}
