import { QueryClientProvider } from '@tanstack/react-query';
import { useEffect, useState } from 'react';
import { createQueryClient } from '../common/query.ts';
import { useWorkplace } from '../common/session-context.tsx';
import { createPhoneApi } from './api.ts';
import { App } from './app.tsx';
import { isPassing } from './passing.ts';
import { ApiProvider } from './queries.ts';
import { type SignInState, SignInStateProvider, useSignedInId } from './sign-in-state.ts';
import type { Account } from './vault/account-store.ts';
import { useOpened, useVault } from './vault/vault.ts';

const RESUME_AGAIN_MS = 5_000;

/** The phone of one person, whom the lock has let in, with the sign-in that was kept. */
export function OpenPhone({ userId, account }: { userId: string; account: Account | undefined }) {
  const { config, session } = useWorkplace();
  const [client] = useState(() => createQueryClient(isPassing));
  const [api] = useState(() => createPhoneApi(config, session));
  const signIn = useKeptSignIn(userId);
  // A locked phone keeps nothing of what it read.
  useEffect(() => () => client.clear(), [client]);
  return (
    <QueryClientProvider client={client}>
      <SignInStateProvider value={signIn}>
        <ApiProvider value={api}>
          <App userId={userId} account={account} />
        </ApiProvider>
      </SignInStateProvider>
    </QueryClientProvider>
  );
}

/** Keeps the open user's sign-in, sealed, and goes on with the one that was kept. */
function useKeptSignIn(userId: string): SignInState {
  const { session } = useWorkplace();
  const vault = useVault();
  const opened = useOpened();
  const signedIn = useSignedInId() === userId;
  const [resuming, setResuming] = useState(!signedIn);

  useEffect(() => {
    if (opened?.userId !== userId) return;
    const keep = (): void => {
      if (session.userId === userId) void vault.keepSession(userId, session.refreshToken);
    };
    keep();
    return session.subscribe(keep);
  }, [session, vault, opened, userId]);

  // While the phone is shut, the sign-in is in the vault alone: another window may renew it meanwhile.
  useEffect(() => () => session.forget(), [session]);

  useEffect(() => {
    if (signedIn) return;
    let timer: ReturnType<typeof setTimeout>;
    let isLeft = false;
    setResuming(true);
    const resume = async (): Promise<void> => {
      try {
        const kept = await vault.readSession();
        if (kept) await session.resume(kept);
      } catch {
        // Without an answer nobody is signed in yet. A network that comes back does not always say so.
        if (!isLeft) timer = setTimeout(() => void resume(), RESUME_AGAIN_MS);
      }
      setResuming(false);
    };
    void resume();
    return () => {
      isLeft = true;
      clearTimeout(timer);
    };
  }, [session, vault, signedIn]);

  if (signedIn) return 'in';
  return resuming ? 'resuming' : 'out';
}
