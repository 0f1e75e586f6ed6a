import { QueryClient } from '@tanstack/react-query';

const RETRIES = 3;

/** Asks again only where that may help; `always`, so that a browser that wrongly believes itself offline still tries. */
export function createQueryClient(isPassing: (error: unknown) => boolean): QueryClient {
  const retry = (failures: number, error: Error): boolean => failures < RETRIES && isPassing(error);
  const retryDelay = (failures: number): number => Math.min(500 * 2 ** failures, 5_000) * (0.5 + Math.random() / 2);
  return new QueryClient({
    defaultOptions: {
      queries: { retry, retryDelay, networkMode: 'always', staleTime: 5_000 },
      mutations: { retry, retryDelay, networkMode: 'always' },
    },
  });
}
