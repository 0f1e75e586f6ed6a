import { createContext, useContext, useSyncExternalStore } from 'react';
import { useWorkplace } from '../common/session-context.tsx';

/** Signing in is needed for what the service tells and takes, and for nothing else; behind the lock nobody knows of it. */
export type SignInState = 'in' | 'resuming' | 'out' | 'locked';

const SignInStateContext = createContext<SignInState>('locked');
export const SignInStateProvider = SignInStateContext.Provider;

export function useSignInState(): SignInState {
  return useContext(SignInStateContext);
}

/** The id of the person who is signed in; draws again when that changes. */
export function useSignedInId(): string | undefined {
  const { session } = useWorkplace();
  return useSyncExternalStore(session.subscribe, () => session.userId);
}
