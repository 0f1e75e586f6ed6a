import { answer, isPassing } from '@llavero/client';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useWorkplace } from '../common/session-context.tsx';
import type { ChangeRequest } from './api-types.ts';
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
  const { service } = useWorkplace();
  const client = useQueryClient();
  const forgetStale = useForgetStale();
  return useMutation({
    mutationFn: async (request: ChangeRequest) => {
      const idempotencyKey = await attemptKey(tokenId, request);
      try {
        const header = { 'Idempotency-Key': idempotencyKey };
        const params = { path: { tokenId }, header };
        return await answer(service.POST('/tokens/{tokenId}/changes', { params, body: request }));
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
  const { service } = useWorkplace();
  const client = useQueryClient();
  const forgetStale = useForgetStale();
  return useMutation({
    mutationFn: () => answer(service.POST('/changes/{changeId}/cancellation', { params: { path: { changeId } } })),
    onSuccess: (change) => {
      client.setQueryData(KEYS.change(changeId), change);
      forgetStale(change.tokenId);
    },
    onError: () => client.invalidateQueries({ queryKey: KEYS.change(changeId) }),
  });
}

/** Creates an activation code; never repeated by itself, since each one voids the one before. */
export function useCreateActivationCode(tokenId: string) {
  const { service } = useWorkplace();
  const client = useQueryClient();
  return useMutation({
    mutationFn: () => answer(service.POST('/tokens/{tokenId}/activation-codes', { params: { path: { tokenId } } })),
    retry: false,
    // A code is shown once, so it is not kept.
    gcTime: 0,
    onSettled: () => client.invalidateQueries({ queryKey: KEYS.events(tokenId) }),
  });
}
