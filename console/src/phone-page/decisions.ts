import {
  type QueryClient,
  queryOptions,
  useMutation,
  useQueries,
  useQuery,
  useQueryClient,
} from '@tanstack/react-query';
import { useCallback, useEffect } from 'react';
import {
  type Answer,
  type AppApi,
  type Authorization,
  decide,
  isDefinite,
  type RefusalError,
} from '../../../phone/protocol/index.ts';
import { KEYS, useApi } from './queries.ts';
import { forgetSent, keepSent, readSent, type SentDecision } from './sent-store.ts';
import type { StoredPhone } from './vault/account-store.ts';
import type { Verification } from './vault/lock.ts';
import { openSigningKey } from './vault/sealed-keys.ts';

export type Decision = { kind: 'APPROVE'; bindingCode: string } | { kind: 'REJECT' | 'NOT_ME' };

/** The known fate of a decision: its change's status once it is recorded, or the refusal. Neither, until an answer comes. */
export interface Fate {
  readonly sent: SentDecision;
  readonly status: string | undefined;
  readonly refusal: RefusalError | undefined;
  /** Authorized, and nobody asks any more whether it is applied. */
  readonly late: boolean;
  /** Answers that did not come, or told nothing. */
  readonly unanswered: number;
}

const SOONEST_MS = 1_000;
const LATEST_MS = 8_000;
/** Applying takes seconds; after this many answers, some two minutes, the web page tells the rest. */
const MAXIMUM_ANSWERS = 20;

const backOff = (times: number): number => Math.min(SOONEST_MS * 2 ** times, LATEST_MS);

interface Signing {
  readonly decision: Decision;
  /** Good for this one signature. */
  readonly verification: Verification;
}

/** Signs a decision and keeps it; what is kept is sent until its fate is known. */
export function useSign({ changeId, challenge }: Authorization, userId: string, { keys, enrolled }: StoredPhone) {
  const client = useQueryClient();
  return useMutation({
    mutationFn: async ({ decision, verification }: Signing) => {
      const signingKey = await openSigningKey(keys, verification);
      const answer = { ...buildAnswer(decision), userVerification: verification.by };
      const jws = await decide(challenge, answer, { deviceId: enrolled?.deviceId ?? '', userId, signingKey });
      await keepSent(userId, { changeId, kind: decision.kind, jws });
      await client.invalidateQueries({ queryKey: KEYS.sent(userId) });
    },
  });
}

function buildAnswer(decision: Decision): Answer {
  if (decision.kind === 'APPROVE') return { decision: 'APPROVE', bindingCode: decision.bindingCode };
  return { decision: 'REJECT', ...(decision.kind === 'NOT_ME' ? { reason: 'NOT_ME' } : {}) };
}

/** Sends every kept decision until the service gives its outcome, and then asks until the change is applied. */
export function useFates(userId: string): readonly Fate[] {
  const api = useApi();
  const client = useQueryClient();
  const { data: kept = [] } = useQuery({
    queryKey: KEYS.sent(userId),
    queryFn: () => readSent(userId),
    staleTime: Number.POSITIVE_INFINITY,
  });
  const asked = useQueries({ queries: kept.map((sent) => fateQuery(api, client, sent)) });
  const fates = kept.map((sent, index): Fate => {
    const { data, error, failureCount } = asked[index] ?? {};
    const refusal = !data && isDefinite(error) ? error : undefined;
    const late = data?.status === 'AUTHORIZED' && (data.answers >= MAXIMUM_ANSWERS || isDefinite(error));
    return { sent, status: data?.status, refusal, late, unanswered: failureCount ?? 0 };
  });

  const known = JSON.stringify(fates.map(({ status, refusal }) => status ?? refusal?.code ?? null));
  useEffect(() => {
    if (known === '[]') return;
    void client.invalidateQueries({ queryKey: KEYS.authorizations });
    void client.invalidateQueries({ queryKey: KEYS.me });
  }, [known, client]);
  return fates;
}

function fateQuery(api: AppApi, client: QueryClient, { changeId, jws }: SentDecision) {
  const queryKey = KEYS.fate(jws);
  return queryOptions({
    queryKey,
    queryFn: async () => {
      const { status } = await api.decide(changeId, jws);
      return { status, answers: (client.getQueryData<{ answers: number }>(queryKey)?.answers ?? 0) + 1 };
    },
    staleTime: Number.POSITIVE_INFINITY,
    retry: (_, error) => !isDefinite(error),
    retryDelay: backOff,
    refetchInterval: ({ state: { data, status } }) =>
      status === 'success' && data?.status === 'AUTHORIZED' && data.answers < MAXIMUM_ANSWERS
        ? backOff(data.answers - 1)
        : false,
  });
}

/** Forgets a decision that was refused, or whose end was read. */
export function useForgetSent(userId: string) {
  const client = useQueryClient();
  return useCallback(
    async (sent: SentDecision): Promise<void> => {
      await forgetSent(userId, sent);
      await client.invalidateQueries({ queryKey: KEYS.sent(userId) });
    },
    [client, userId],
  );
}
