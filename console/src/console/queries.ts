import { answer, ProblemError } from '@llavero/client';
import { useInfiniteQuery, useQuery, useQueryClient } from '@tanstack/react-query';
import { useEffect } from 'react';
import { useWorkplace } from '../shared/session-context.tsx';
import type { Action, Change, ChangeStatus, Page, TokenKind, TokenStatus } from './api-types.ts';
import { lookAgainMs } from './look-again.ts';

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
const RARELY_CHANGES_MS = 30 * 60_000;

/** One page as the screen shows it, made of as many of the service's as it takes. */
async function fullPage<T>(read: ReadPage<T>, cursor: string | null): Promise<Page<T>> {
  const items: T[] = [];
  let nextCursor = cursor;
  for (let joined = 0; joined < JOINED_PAGES; joined += 1) {
    const page = await read({ limit: PAGE_SIZE - items.length, ...(nextCursor ? { cursor: nextCursor } : {}) });
    items.push(...page.items);
    nextCursor = page.nextCursor;
    if (!nextCursor || items.length >= PAGE_SIZE) break;
  }
  return { items, nextCursor };
}

type ReadPage<T> = (range: { limit: number; cursor?: string }) => Promise<Page<T>>;

function usePages<T>(queryKey: readonly unknown[], read: ReadPage<T>, refetchMs?: number) {
  return useInfiniteQuery({
    queryKey,
    queryFn: ({ pageParam }) => fullPage(read, pageParam),
    initialPageParam: null as string | null,
    getNextPageParam: ({ nextCursor }) => nextCursor,
    placeholderData: (previous) => previous,
    ...(refetchMs ? { refetchInterval: refetchMs } : {}),
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

export function useTokens(kind: TokenKind, status: TokenStatus | '', q: string) {
  const { service } = useWorkplace();
  const filter = { kind, ...(status ? { status } : {}), ...(q ? { q } : {}) };
  return usePages(
    [...KEYS.tokens, filter],
    (range) => answer(service.GET('/tokens', { params: { query: { ...filter, ...range } } })),
    15_000,
  );
}

export function useToken(tokenId: string | undefined) {
  const { service } = useWorkplace();
  return useQuery({
    queryKey: KEYS.token(tokenId ?? ''),
    queryFn: () => answer(service.GET('/tokens/{tokenId}', { params: { path: { tokenId: tokenId ?? '' } } })),
    enabled: tokenId !== undefined,
  });
}

/** A token as it is at this moment, for a dialog that is about to change it. */
export function useFreshToken(tokenId: string | undefined) {
  const { service } = useWorkplace();
  const query = useQuery({
    queryKey: KEYS.token(tokenId ?? ''),
    queryFn: () => answer(service.GET('/tokens/{tokenId}', { params: { path: { tokenId: tokenId ?? '' } } })),
    enabled: tokenId !== undefined,
    refetchOnMount: 'always',
  });
  return { ...query, data: query.isFetchedAfterMount ? query.data : undefined };
}

export function useEvents(tokenId: string) {
  const { service } = useWorkplace();
  return usePages(KEYS.events(tokenId), (query) =>
    answer(service.GET('/tokens/{tokenId}/events', { params: { path: { tokenId }, query } })),
  );
}

export function useReasons(action: Action | null) {
  const { service } = useWorkplace();
  return useQuery({
    queryKey: KEYS.reasons(action ?? 'BLOCK'),
    queryFn: async () => (await answer(service.GET('/reasons', { params: { query: action ? { action } : {} } }))).items,
    enabled: action !== null,
    staleTime: RARELY_CHANGES_MS,
  });
}

export function useChanges(status: ChangeStatus | '') {
  const { service } = useWorkplace();
  const filter = status ? { status } : {};
  return usePages(
    [...KEYS.changes, filter],
    (range) => answer(service.GET('/changes', { params: { query: { ...filter, ...range } } })),
    15_000,
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
        if (error instanceof ProblemError && error.problem.status < 500) return null;
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
