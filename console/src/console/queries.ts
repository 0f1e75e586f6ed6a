import { useInfiniteQuery, useQuery, useQueryClient } from '@tanstack/react-query';
import { useEffect } from 'react';
import { type Http, ProblemError } from '../shared/http.ts';
import { useWorkplace } from '../shared/session-context.tsx';
import type { Support } from '../shared/support-types.ts';
import type {
  Action,
  Change,
  ChangeStatus,
  ListedToken,
  Me,
  Page,
  Reason,
  Token,
  TokenEvent,
  TokenKind,
} from './api-types.ts';

/** Where each answer is kept; a change of state makes the lists and the token stale. */
export const KEYS = {
  me: ['me'],
  support: ['support'],
  tokens: ['tokens'],
  token: (tokenId: string) => ['token', tokenId],
  events: (tokenId: string) => ['token', tokenId, 'events'],
  reasons: (action: Action) => ['reasons', action],
  changes: ['changes'],
  change: (changeId: string) => ['change', changeId],
  receipt: (changeId: string) => ['change', changeId, 'receipt'],
} as const;

const PAGE_SIZE = 10;
// A page may come back short, even empty, and still have a successor: so many are joined to fill one on the screen.
const JOINED_PAGES = 10;
const POLL_MS = 1_500;
const RARELY_CHANGES_MS = 30 * 60_000;

const segment = encodeURIComponent;

/** One page as the screen shows it, made of as many of the service's as it takes. */
async function fullPage<T>(http: Http, path: string, query: Record<string, string>, cursor: string | null) {
  const items: T[] = [];
  let nextCursor = cursor;
  for (let joined = 0; joined < JOINED_PAGES; joined += 1) {
    const parameters = new URLSearchParams({ ...query, limit: String(PAGE_SIZE - items.length) });
    if (nextCursor) parameters.set('cursor', nextCursor);
    const page = await http<Page<T>>(`${path}?${parameters}`);
    items.push(...page.items);
    nextCursor = page.nextCursor;
    if (!nextCursor || items.length >= PAGE_SIZE) break;
  }
  return { items, nextCursor };
}

function usePages<T>(key: readonly unknown[], path: string, query: Record<string, string>, refetchMs?: number) {
  const { http } = useWorkplace();
  return useInfiniteQuery({
    queryKey: [...key, query],
    queryFn: ({ pageParam }) => fullPage<T>(http, path, query, pageParam),
    initialPageParam: null as string | null,
    getNextPageParam: ({ nextCursor }) => nextCursor,
    placeholderData: (previous) => previous,
    ...(refetchMs ? { refetchInterval: refetchMs } : {}),
  });
}

export function useMe() {
  const { http } = useWorkplace();
  return useQuery({ queryKey: KEYS.me, queryFn: () => http<Me>('/me'), staleTime: RARELY_CHANGES_MS });
}

export function useSupport() {
  const { http } = useWorkplace();
  return useQuery({
    queryKey: KEYS.support,
    queryFn: () => http<Support>('/support'),
    staleTime: 60_000,
    refetchInterval: 5 * 60_000,
  });
}

export function useTokens(kind: TokenKind, status: string, q: string) {
  return usePages<ListedToken>(
    KEYS.tokens,
    '/tokens',
    { kind, ...(status ? { status } : {}), ...(q ? { q } : {}) },
    15_000,
  );
}

export function useToken(tokenId: string | undefined) {
  const { http } = useWorkplace();
  return useQuery({
    queryKey: KEYS.token(tokenId ?? ''),
    queryFn: () => http<Token>(`/tokens/${segment(tokenId ?? '')}`),
    enabled: tokenId !== undefined,
  });
}

/** A token as it is at this moment, for a dialog that is about to change it. */
export function useFreshToken(tokenId: string | undefined) {
  const { http } = useWorkplace();
  const query = useQuery({
    queryKey: KEYS.token(tokenId ?? ''),
    queryFn: () => http<Token>(`/tokens/${segment(tokenId ?? '')}`),
    enabled: tokenId !== undefined,
    refetchOnMount: 'always',
  });
  return { ...query, data: query.isFetchedAfterMount ? query.data : undefined };
}

export function useEvents(tokenId: string) {
  return usePages<TokenEvent>(KEYS.events(tokenId), `/tokens/${segment(tokenId)}/events`, {});
}

export function useReasons(action: Action | null) {
  const { http } = useWorkplace();
  return useQuery({
    queryKey: KEYS.reasons(action ?? 'BLOCK'),
    queryFn: async () => (await http<{ items: Reason[] }>(`/reasons?action=${action}`)).items,
    enabled: action !== null,
    staleTime: RARELY_CHANGES_MS,
  });
}

export function useChanges(status: ChangeStatus | '') {
  return usePages<Change>(KEYS.changes, '/changes', status ? { status } : {}, 15_000);
}

/** A change, asked for again and again while it may still become something else. */
export function useChange(changeId: string) {
  const { http } = useWorkplace();
  return useQuery({
    queryKey: KEYS.change(changeId),
    queryFn: () => http<Change>(`/changes/${segment(changeId)}`),
    staleTime: 0,
    refetchInterval: ({ state }) => (state.data && isOpen(state.data.status) ? POLL_MS : false),
    refetchIntervalInBackground: true,
  });
}

/** A change that moves on elsewhere makes its token, and the lists, stale here. */
export function useFollowChange(change: Change | undefined): void {
  const client = useQueryClient();
  const tokenId = change?.tokenId;
  const status = change?.status;
  useEffect(() => {
    if (!tokenId || !status) return;
    for (const queryKey of [KEYS.token(tokenId), KEYS.tokens, KEYS.changes])
      void client.invalidateQueries({ queryKey });
  }, [client, tokenId, status]);
}

/** The receipt of an applied change; null where the service issues none. */
export function useReceipt(changeId: string, applied: boolean) {
  const { http } = useWorkplace();
  return useQuery({
    queryKey: KEYS.receipt(changeId),
    queryFn: async () => {
      try {
        return await http<string>(`/changes/${segment(changeId)}/receipt`, { asText: true });
      } catch (error) {
        if (error instanceof ProblemError && error.problem.status < 500) return null;
        throw error;
      }
    },
    enabled: applied,
    staleTime: RARELY_CHANGES_MS,
  });
}

/** True if a change in this status may still have an effect. */
export function isOpen(status: ChangeStatus): boolean {
  return status === 'PENDING_AUTHORIZATION' || status === 'AUTHORIZED';
}
