import { lazy, Suspense, useState } from 'react';
import { useWorkplace } from '../common/session-context.tsx';
import { Frame } from './parts/frame.tsx';
import { Loading } from './parts/loading.tsx';
import { LockScreen } from './screens/lock-screen.tsx';
import { useSignedInId } from './sign-in-state.ts';
import { type Account, hasEnrolledPhone } from './vault/account-store.ts';
import { useAccounts, useOpened, useVault } from './vault/vault.ts';

/** Everything behind the lock: fetched beside the lock, which asks for the person first. */
const OpenPhone = lazy(async () => ({ default: (await import('./open-phone.tsx')).OpenPhone }));

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
  return (
    <Suspense
      fallback={
        <Frame>
          <Loading />
        </Frame>
      }
    >
      <OpenPhone key={userId} userId={userId} account={account} />
    </Suspense>
  );
}

/** Somebody who has no phone here yet, and is signed in, has nothing to lock. */
function isLocked(account: Account, openedId: string | undefined, signedInId: string | undefined): boolean {
  const { userId } = account.user;
  if (!account.lock || openedId === userId) return false;
  return hasEnrolledPhone(account) || signedInId !== userId;
}
