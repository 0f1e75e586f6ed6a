import { useMutation, useQueryClient } from '@tanstack/react-query';
import { isPassing } from '../shared/http.ts';
import { useWorkplace } from '../shared/session-context.tsx';
import type { ActivationCode, Change, ChangeRequest } from './api-types.ts';
import { attemptAnswered, attemptKey, markUncertain } from './attempt.ts';
import { KEYS } from './queries.ts';

/** Everything a change of state makes stale. */
function useForgetStale() {
  const client = useQueryClient();
  return (tokenId: string): void => {
    for (const queryKey of [KEYS.tokens, KEYS.changes, KEYS.token(tokenId)]) {
      void client.invalidateQueries({ queryKey });
    }
  };
}

/** Asks for a change of state; repeated after a lost answer it is still the same change. */
export function useRequestChange(tokenId: string) {
  const { http } = useWorkplace();
  const client = useQueryClient();
  const forgetStale = useForgetStale();
  return useMutation({
    mutationFn: async (request: ChangeRequest) => {
      const idempotencyKey = await attemptKey(tokenId, request);
      const path = `/tokens/${encodeURIComponent(tokenId)}/changes`;
      try {
        return await http<Change>(path, { method: 'POST', body: request, idempotencyKey });
      } catch (error) {
        if (isPassing(error)) markUncertain();
        throw error;
      }
    },
    onSuccess: (change) => {
      attemptAnswered();
      client.setQueryData(KEYS.change(change.changeId), change);
      forgetStale(tokenId);
    },
    onError: () => forgetStale(tokenId),
  });
}

/** Cancels a held change; may be repeated. */
export function useCancelChange(changeId: string) {
  const { http } = useWorkplace();
  const client = useQueryClient();
  const forgetStale = useForgetStale();
  return useMutation({
    mutationFn: () =>
      http<Change>(`/changes/${encodeURIComponent(changeId)}/cancellation`, { method: 'POST', body: {} }),
    onSuccess: (change) => {
      client.setQueryData(KEYS.change(changeId), change);
      forgetStale(change.tokenId);
    },
    onError: () => client.invalidateQueries({ queryKey: KEYS.change(changeId) }),
  });
}

/** Creates an activation code; never repeated by itself, since each one voids the one before. */
export function useCreateActivationCode(tokenId: string) {
  const { http } = useWorkplace();
  const client = useQueryClient();
  return useMutation({
    mutationFn: () =>
      http<ActivationCode>(`/tokens/${encodeURIComponent(tokenId)}/activation-codes`, { method: 'POST', body: {} }),
    retry: false,
    // What is shown once is not kept.
    gcTime: 0,
    onSettled: () => client.invalidateQueries({ queryKey: KEYS.events(tokenId) }),
  });
}
