import type { TokenKind, TokenQuery, TokenStatus } from './api-types.ts';

/** The filters of the list of tokens, by their names in the address. */
export const TOKEN_FILTERS = ['q', 'estado', 'usuarios', 'orden'] as const;
export type TokenFilterName = (typeof TOKEN_FILTERS)[number];

/** Each filter's value in the address; empty where it has none. */
export type TokenFilterValues = Readonly<Record<TokenFilterName, string>>;

export const TOKEN_STATUSES: Record<TokenKind, readonly TokenStatus[]> = {
  VIRTUAL: ['PENDING_ENROLLMENT', 'ACTIVE', 'BLOCKED', 'RELEASED'],
  PHYSICAL: ['ENABLED', 'DISABLED'],
};
const ENABLED: Readonly<Record<string, 'true' | 'false'>> = { habilitados: 'true', inhabilitados: 'false' };

/** Builds the question for the service; a filter that the page does not know is none. */
export function buildTokenQuery(kind: TokenKind, { q, estado, usuarios, orden }: TokenFilterValues): TokenQuery {
  const status = TOKEN_STATUSES[kind].find((each) => each === estado);
  const enabled = ENABLED[usuarios];
  return {
    kind,
    ...(q.trim() ? { q: q.trim() } : {}),
    ...(status ? { status } : {}),
    ...(enabled ? { enabled } : {}),
    ...(orden === 'reciente' ? { sort: '-updatedAt' as const } : {}),
  };
}
