import type { TokenKind, TokenQuery, TokenStatus } from './api-types.ts';

/** The filters of the list of tokens, by their names in the address. */
export const TOKEN_FILTERS = ['q', 'estado', 'usuarios', 'orden'] as const;
export type TokenFilterName = (typeof TOKEN_FILTERS)[number];

/** What the address says of each filter; empty where it says nothing. */
export type TokenFilterValues = Readonly<Record<TokenFilterName, string>>;

export const TOKEN_STATUSES: Record<TokenKind, readonly TokenStatus[]> = {
  VIRTUAL: ['PENDING_ENROLLMENT', 'ACTIVE', 'BLOCKED', 'RELEASED'],
  PHYSICAL: ['ENABLED', 'DISABLED'],
};
const ENABLED: Readonly<Record<string, 'true' | 'false'>> = { habilitados: 'true', inhabilitados: 'false' };

/** What the service is asked for; a filter that the page does not know is none. */
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
