import { answer, SignInRequiredError } from '@llavero/client';
import { keepPreviousData, useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { createContext, useContext } from 'react';
import { type AppApi, type AppMe, openSeed, ProblemError } from '../../../phone/protocol/index.ts';
import { useWorkplace } from '../shared/session-context.tsx';
import { forgetDevice, readPhones, type StoredPhone } from './device-store.ts';
import { type EnrolmentForm, enrolPhone } from './enrolment.ts';

const ApiContext = createContext<AppApi | null>(null);
export const ApiProvider = ApiContext.Provider;

export function useApi(): AppApi {
  const api = useContext(ApiContext);
  if (!api) throw new Error('There is no service here');
  return api;
}

export const KEYS = {
  me: ['me'],
  phones: (userId: string) => ['phones', userId],
  retired: (deviceId: string) => ['retired', deviceId],
  seed: (deviceId: string) => ['seed', deviceId],
  authorizations: ['authorizations'],
  sent: (userId: string) => ['sent', userId],
  fate: (jws: string) => ['fate', jws],
  support: ['support'],
} as const;

// Pushes wake the page; this is for those that never arrive.
const PULL_MS = 5_000;

export function useAppMe() {
  const api = useApi();
  return useQuery({ queryKey: KEYS.me, queryFn: () => api.me(), refetchInterval: PULL_MS });
}

/** Reads this browser's data of the user, again once the service names another device, which a tab may have enrolled. */
export function useStoredPhones(me: AppMe | undefined) {
  const userId = me?.user.userId ?? '';
  return useQuery({
    queryKey: [...KEYS.phones(userId), me?.device?.deviceId],
    queryFn: () => readPhones(userId),
    enabled: me !== undefined,
    placeholderData: keepPreviousData,
    staleTime: Number.POSITIVE_INFINITY,
    // Keys are compared by the browser's store, not by the cache.
    structuralSharing: false,
  });
}

/** Keys and seed of a device go once the service says that this very device is retired, and on nothing less. */
export function useForgetRetired(me: AppMe | undefined, phones: readonly StoredPhone[] = []): void {
  const api = useApi();
  const client = useQueryClient();
  const userId = me?.user.userId ?? '';
  const isDoubtful = ({ enrolled }: StoredPhone) => enrolled && enrolled.deviceId !== me?.device?.deviceId;
  const deviceId = phones.find(isDoubtful)?.enrolled?.deviceId ?? '';
  useQuery({
    queryKey: KEYS.retired(deviceId),
    queryFn: async () => {
      const { retiredDeviceId } = await api.me(deviceId);
      if (retiredDeviceId !== deviceId) return false;
      await forgetDevice(userId, deviceId);
      client.removeQueries({ queryKey: KEYS.seed(deviceId) });
      await client.invalidateQueries({ queryKey: KEYS.phones(userId) });
      return true;
    },
    enabled: deviceId !== '',
    refetchInterval: PULL_MS,
  });
}

/** The seed, opened for as long as the page is. */
export function useSeed({ keys, enrolled }: StoredPhone) {
  return useQuery({
    queryKey: KEYS.seed(enrolled?.deviceId ?? ''),
    queryFn: () => openSeed(enrolled?.sealedSeed ?? '', keys.encryption.privateKey),
    enabled: enrolled !== undefined,
    staleTime: Number.POSITIVE_INFINITY,
  });
}

export function useAuthorizations() {
  const api = useApi();
  return useQuery({
    queryKey: KEYS.authorizations,
    queryFn: () => api.authorizations(),
    refetchInterval: PULL_MS,
    staleTime: 0,
  });
}

export function useEnrol(userId: string) {
  const api = useApi();
  const client = useQueryClient();
  return useMutation({
    // Repeated by itself after a lost answer: the same code and keys are the same enrolment.
    mutationFn: (form: EnrolmentForm) => enrolPhone(api, userId, form),
    onSettled: async () => {
      await client.invalidateQueries({ queryKey: KEYS.phones(userId) });
      await client.invalidateQueries({ queryKey: KEYS.me });
    },
  });
}

export function useSupport() {
  const { service } = useWorkplace();
  return useQuery({ queryKey: KEYS.support, queryFn: () => answer(service.GET('/support')), staleTime: 60_000 });
}

/** The code of a refusal; `signIn` where the sign-in has ended, `noAnswer` where no answer came. */
export function problemCode(error: unknown): string {
  if (error instanceof SignInRequiredError) return 'signIn';
  return error instanceof ProblemError ? error.code : 'noAnswer';
}
