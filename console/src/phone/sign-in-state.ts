import { createContext, useContext } from 'react';

/** Signing in is needed for what the service tells and takes, and for nothing else; behind the lock nobody knows of it. */
export type SignInState = 'in' | 'resuming' | 'out' | 'locked';

const SignInStateContext = createContext<SignInState>('locked');
export const SignInStateProvider = SignInStateContext.Provider;

export function useSignInState(): SignInState {
  return useContext(SignInStateContext);
}
