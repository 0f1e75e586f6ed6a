import { ApiProblemError, answer, type Client } from '@llavero/client';
import { keepPreviousData, useInfiniteQuery, useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { useEffect } from 'react';
import { useWorkplace } from '../common/session-context.tsx';
import type {
  Action,
  Change,
  ChangeQuery,
  ChangeStatus,
  EventQuery,
  ListedToken,
  Page,
  TokenEvent,
  TokenQuery,
} from './api-types.ts';
import type { ListPosition } from './list-address.ts';
import { lookAgainMs } from './look-again.ts';

/** Where each answer is kept; a change of state makes the lists and the token stale. */
export const KEYS = {
  me: ['me'],
  support: ['support'],
  tokens: ['tokens'],
  token: (tokenId: string) => ['token', tokenId],
  events: (tokenId: string) => ['token', tokenId, 'events'],
  companyEvents: ['events'],
  reasons: (action: Action | 'ALL') => ['reasons', action],
  changes: ['changes'],
  change: (changeId: string) => ['change', changeId],
  receipt: (changeId: string) => ['change', changeId, 'receipt'],
} as const;

const HISTORY_SIZE = 10;
// A page may come back short, even empty, and still have a successor: so many are joined to fill one on the screen.
const JOINED_PAGES = 10;
const RARELY_CHANGES_MS = 30 * 60_000;

/** One page as the screen shows it, made of as many of the service's as it takes. */
async function fullPage<T>(read: ReadPage<T>, size: number, cursor: string | null): Promise<Page<T>> {
  const items: T[] = [];
  let nextCursor = cursor;
  for (let joined = 0; joined < JOINED_PAGES; joined += 1) {
    const page = await read({ limit: size - items.length, ...(nextCursor ? { cursor: nextCursor } : {}) });
    items.push(...page.items);
    nextCursor = page.nextCursor;
    if (!nextCursor || items.length >= size) break;
  }
  return { items, nextCursor };
}

type ReadPage<T> = (range: { limit: number; cursor?: string }) => Promise<Page<T>>;

/** The page of a list that the address names; until it is there, the one before stands in for it. */
function useListPage<T>(queryKey: readonly unknown[], { size, cursor }: ListPosition, read: ReadPage<T>) {
  return useQuery({
    queryKey: [...queryKey, size, cursor],
    queryFn: () => fullPage(read, size, cursor),
    placeholderData: keepPreviousData,
    refetchInterval: 15_000,
  });
}

export function useMe() {
  const { service } = useWorkplace();
  return useQuery({ queryKey: KEYS.me, queryFn: () => answer(service.GET('/me')), staleTime: RARELY_CHANGES_MS });
}

export function useSupport() {
  const { service } = useWorkplace();
  return useQuery({
    queryKey: KEYS.support,
    queryFn: () => answer(service.GET('/support')),
    staleTime: 60_000,
    refetchInterval: 5 * 60_000,
  });
}

export function useTokens(filter: TokenQuery, position: ListPosition) {
  const { service } = useWorkplace();
  return useListPage([...KEYS.tokens, filter], position, (range) =>
    answer(service.GET('/tokens', { params: { query: { ...filter, ...range } } })),
  );
}

/** Reads everything that a list holds, up to so many rows. */
export function useReadMatching(filter: TokenQuery, most: number) {
  const { service } = useWorkplace();
  return useMutation({
    mutationFn: async () => {
      const tokens: ListedToken[] = [];
      let cursor: string | null = null;
      do {
        const query = { ...filter, limit: 100, ...(cursor ? { cursor } : {}) };
        const page: Page<ListedToken> = await answer(service.GET('/tokens', { params: { query } }));
        tokens.push(...page.items);
        cursor = page.nextCursor;
      } while (cursor !== null && tokens.length <= most);
      return { tokens: tokens.slice(0, most), more: tokens.length > most };
    },
  });
}

/** The number of tokens that match: asked beside the page, which does not wait for it. */
export function useMatches({ sort: _, ...filter }: TokenQuery) {
  const { service } = useWorkplace();
  const query = { ...filter, count: 'true', limit: 1 } as const;
  return useQuery({
    queryKey: [...KEYS.tokens, 'matches', filter],
    queryFn: async () => (await answer(service.GET('/tokens', { params: { query } }))).matches ?? null,
    staleTime: 60_000,
  });
}

/** The tokens that begin a list of those found by these words. */
export function useTokenSearch(q: string, virtualOnly: boolean) {
  const { service } = useWorkplace();
  const query = { q, limit: 10, ...(virtualOnly ? { kind: 'VIRTUAL' as const } : {}) };
  return useQuery({
    queryKey: [...KEYS.tokens, 'search', query],
    queryFn: () => answer(service.GET('/tokens', { params: { query } })),
    enabled: q !== '',
  });
}

export function useCompanyEvents(filter: EventQuery, position: ListPosition) {
  const { service } = useWorkplace();
  return useListPage([...KEYS.companyEvents, filter], position, (range) =>
    answer(service.GET('/events', { params: { query: { ...filter, ...range } } })),
  );
}

/** The question for one token. */
const askToken = (service: Client, tokenId: string) => ({
  queryKey: KEYS.token(tokenId),
  queryFn: () => answer(service.GET('/tokens/{tokenId}', { params: { path: { tokenId } } })),
});

/** A token's name in a list about something else: it hardly changes, and many rows have the same. */
export function useKnownToken(tokenId: string) {
  const { service } = useWorkplace();
  return useQuery({ ...askToken(service, tokenId), staleTime: RARELY_CHANGES_MS });
}

export function useToken(tokenId: string | undefined) {
  const { service } = useWorkplace();
  return useQuery({ ...askToken(service, tokenId ?? ''), enabled: tokenId !== undefined });
}

/** A token as it is at this moment, for a dialog that is about to change it. */
export function useFreshToken(tokenId: string | undefined) {
  const { service } = useWorkplace();
  const query = useQuery({
    ...askToken(service, tokenId ?? ''),
    enabled: tokenId !== undefined,
    refetchOnMount: 'always',
  });
  return { ...query, data: query.isFetchedAfterMount ? query.data : undefined };
}

export function useEvents(tokenId: string) {
  const { service } = useWorkplace();
  const read: ReadPage<TokenEvent> = (query) =>
    answer(service.GET('/tokens/{tokenId}/events', { params: { path: { tokenId }, query } }));
  return useInfiniteQuery({
    queryKey: KEYS.events(tokenId),
    queryFn: ({ pageParam }) => fullPage(read, HISTORY_SIZE, pageParam),
    initialPageParam: null as string | null,
    getNextPageParam: ({ nextCursor }) => nextCursor,
  });
}

/** The question for the reasons of one action, or of all. */
const askReasons = (service: Client, action: Action | undefined) => ({
  queryKey: KEYS.reasons(action ?? 'ALL'),
  queryFn: async () => (await answer(service.GET('/reasons', { params: { query: action ? { action } : {} } }))).items,
  staleTime: RARELY_CHANGES_MS,
});

export function useReasons(action: Action | null) {
  const { service } = useWorkplace();
  return useQuery({ ...askReasons(service, action ?? 'BLOCK'), enabled: action !== null });
}

/** Each reason once, of one action or of all. */
export function useAllReasons(action: Action | undefined) {
  const { service } = useWorkplace();
  return useQuery({
    ...askReasons(service, action),
    select: (reasons) => [...new Map(reasons.map((reason) => [reason.code, reason])).values()],
  });
}

export function useChanges(filter: ChangeQuery, position: ListPosition) {
  const { service } = useWorkplace();
  return useListPage([...KEYS.changes, filter], position, (range) =>
    answer(service.GET('/changes', { params: { query: { ...filter, ...range } } })),
  );
}

/**
 * A change, asked for again and again while it may still become something else: at once when the page is looked at
 * again, and not while nobody sees it.
 */
export function useChange(changeId: string) {
  const { service } = useWorkplace();
  const query = useQuery({
    queryKey: KEYS.change(changeId),
    queryFn: () => answer(service.GET('/changes/{changeId}', { params: { path: { changeId } } })),
    staleTime: 0,
    refetchInterval: ({ state: { data, dataUpdateCount } }) =>
      data && isOpen(data.status) ? lookAgainMs(data.status, dataUpdateCount) : false,
    refetchOnWindowFocus: ({ state: { data } }) => (data && !isOpen(data.status) ? false : 'always'),
  });
  const { refetch } = query;
  const open = query.data !== undefined && isOpen(query.data.status);
  // Of two windows side by side both are visible: that one is looked at again shows by its focus alone.
  useEffect(() => {
    if (!open) return;
    const look = () => void refetch({ cancelRefetch: false });
    window.addEventListener('focus', look);
    return () => window.removeEventListener('focus', look);
  }, [open, refetch]);
  return query;
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
  const { service } = useWorkplace();
  return useQuery({
    queryKey: KEYS.receipt(changeId),
    queryFn: async () => {
      try {
        const params = { path: { changeId } };
        return await answer<string>(service.GET('/changes/{changeId}/receipt', { params, parseAs: 'text' }));
      } catch (error) {
        if (error instanceof ApiProblemError && error.problem.status < 500) return null;
        throw error;
      }
    },
    enabled: applied,
    staleTime: RARELY_CHANGES_MS,
  });
}

/** True if a change in this status may still have an effect. */
export function isOpen(status: ChangeStatus): status is 'PENDING_AUTHORIZATION' | 'AUTHORIZED' {
  return status === 'PENDING_AUTHORIZATION' || status === 'AUTHORIZED';
}
