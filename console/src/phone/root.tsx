import { QueryClientProvider } from '@tanstack/react-query';
import { useEffect, useState, useSyncExternalStore } from 'react';
import { createQueryClient } from '../shared/query.ts';
import { useWorkplace } from '../shared/session-context.tsx';
import { App } from './app.tsx';
import { isPassing } from './passing.ts';
import { LockScreen } from './screens/lock-screen.tsx';
import { type SignInState, SignInStateProvider } from './sign-in-state.ts';
import { type Account, hasEnrolledPhone } from './vault/account-store.ts';
import { useAccounts, useOpened, useVault } from './vault/vault.ts';

/** Whose phone this is now: that of whoever signed in, or of whom this browser keeps; behind the lock, if there is one. */
export function Root() {
  const { session } = useWorkplace();
  const vault = useVault();
  const accounts = useAccounts();
  const opened = useOpened();
  const signedInId = useSignedInId();
  const [userId, setUserId] = useState(
    () => session.userId ?? (accounts.length === 1 ? accounts[0]?.user.userId : undefined),
  );
  const account = accounts.find(({ user }) => user.userId === userId);

  const choose = (chosen: string): void => {
    // Nobody's sign-in serves another person.
    if (session.userId !== chosen) session.forget();
    setUserId(chosen);
  };
  if (!userId || (account && isLocked(account, opened?.userId, signedInId))) {
    return (
      <LockScreen
        accounts={accounts.filter(({ lock }) => lock)}
        account={account}
        onChoose={choose}
        onVerified={({ user }, verification) => void vault.openFor(user, verification)}
      />
    );
  }
  return <OpenPhone key={userId} userId={userId} account={account} />;
}

/** Somebody who has no phone here yet, and is signed in, has nothing to lock. */
function isLocked(account: Account, openedId: string | undefined, signedInId: string | undefined): boolean {
  const { userId } = account.user;
  if (!account.lock || openedId === userId) return false;
  return hasEnrolledPhone(account) || signedInId !== userId;
}

function useSignedInId(): string | undefined {
  const { session } = useWorkplace();
  return useSyncExternalStore(session.subscribe, () => session.userId);
}

function OpenPhone({ userId, account }: { userId: string; account: Account | undefined }) {
  const [client] = useState(() => createQueryClient(isPassing));
  const signIn = useKeptSignIn(userId);
  // What was read goes with the lock.
  useEffect(() => () => client.clear(), [client]);
  return (
    <QueryClientProvider client={client}>
      <SignInStateProvider value={signIn}>
        <App userId={userId} account={account} />
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

  useEffect(() => {
    if (signedIn) return;
    const resume = async (): Promise<void> => {
      setResuming(true);
      try {
        const kept = await vault.readSession();
        if (kept) await session.resume(kept);
      } catch {
        // Without an answer nobody is signed in yet; once there is a network, it is tried again.
      }
      setResuming(false);
    };
    void resume();
    window.addEventListener('online', resume);
    return () => window.removeEventListener('online', resume);
  }, [session, vault, signedIn]);

  if (signedIn) return 'in';
  return resuming ? 'resuming' : 'out';
}
