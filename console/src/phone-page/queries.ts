import { answer, SignInRequiredError } from '@llavero/client';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { createContext, useContext } from 'react';
import { type AppApi, type AppMe, openSeed, RefusalError } from '../../../phone/protocol/index.ts';
import { useWorkplace } from '../common/session-context.tsx';
import { type EnrolmentForm, enrolPhone } from './enrolment.ts';
import { useSignInState } from './sign-in-state.ts';
import { forgetDevice, type PhoneUser, type StoredPhone } from './vault/account-store.ts';
import { openEncryptionKey } from './vault/sealed-keys.ts';
import { useOpened, useVault } from './vault/vault.ts';

const ApiContext = createContext<AppApi | null>(null);
export const ApiProvider = ApiContext.Provider;

export function useApi(): AppApi {
  const api = useContext(ApiContext);
  if (!api) throw new Error('There is no service here');
  return api;
}

export const KEYS = {
  me: ['me'],
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
  const enabled = useSignInState() === 'in';
  return useQuery({ queryKey: KEYS.me, queryFn: () => api.me(), refetchInterval: PULL_MS, enabled });
}

/** Keys and seed of a device go once the service says that this very device is retired, and on nothing less. */
export function useForgetRetired(me: AppMe | undefined, phones: readonly StoredPhone[] = []): void {
  const api = useApi();
  const client = useQueryClient();
  const vault = useVault();
  const isDoubtful = ({ enrolled }: StoredPhone) => enrolled && enrolled.deviceId !== me?.device?.deviceId;
  const deviceId = phones.find(isDoubtful)?.enrolled?.deviceId ?? '';
  useQuery({
    queryKey: KEYS.retired(deviceId),
    queryFn: async () => {
      const { retiredDeviceId } = await api.me(deviceId);
      if (!me || retiredDeviceId !== deviceId) return false;
      await forgetDevice(me.user, deviceId);
      client.removeQueries({ queryKey: KEYS.seed(deviceId) });
      await vault.refresh();
      return true;
    },
    enabled: me !== undefined && deviceId !== '',
    refetchInterval: PULL_MS,
  });
}

/** The seed, opened for as long as the page is. */
export function useSeed({ keys, enrolled }: StoredPhone) {
  const reading = useOpened()?.reading;
  return useQuery({
    queryKey: KEYS.seed(enrolled?.deviceId ?? ''),
    queryFn: async () => openSeed(enrolled?.sealedSeed ?? '', await openEncryptionKey(keys, reading as CryptoKey)),
    enabled: enrolled !== undefined && reading !== undefined,
    staleTime: Number.POSITIVE_INFINITY,
  });
}

export function useAuthorizations() {
  const api = useApi();
  const enabled = useSignInState() === 'in';
  return useQuery({
    queryKey: KEYS.authorizations,
    queryFn: () => api.authorizations(),
    refetchInterval: PULL_MS,
    staleTime: 0,
    enabled,
  });
}

export function useEnrol(user: PhoneUser, onEnrolled: () => void) {
  const api = useApi();
  const client = useQueryClient();
  const vault = useVault();
  return useMutation({
    // Repeated by itself after a lost answer: the same code and keys are the same enrolment.
    mutationFn: (form: EnrolmentForm) => enrolPhone(api, user, form),
    onSuccess: onEnrolled,
    onSettled: async () => {
      await vault.refresh();
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
  return error instanceof RefusalError ? error.code : 'noAnswer';
}
