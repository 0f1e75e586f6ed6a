import { useTranslation } from 'react-i18next';
import { useWorkplace } from '../../common/session-context.tsx';
import { Button } from '../../common/ui/button.tsx';
import { Icon } from '../../common/ui/icon.tsx';
import { Frame } from '../parts/frame.tsx';
import { VerifyPerson } from '../parts/verify-person.tsx';
import type { Account } from '../vault/account-store.ts';
import type { Verification } from '../vault/lock.ts';

export interface LockScreenProps {
  readonly accounts: readonly Account[];
  /** The one whose phone is to be opened, once it is chosen. */
  readonly account: Account | undefined;
  readonly onChoose: (userId: string) => void;
  readonly onVerified: (account: Account, verification: Verification) => void;
}

/** Stands before everything that the phone keeps: code and signature are behind the person. */
export function LockScreen({ accounts, account, onChoose, onVerified }: LockScreenProps) {
  const { t } = useTranslation();
  const { session } = useWorkplace();
  const others = accounts.filter((other) => other !== account);
  return (
    <Frame>
      <section className="barred">
        <span className="round-mark">
          <Icon name="lock" />
        </span>
        <h1>{t(account ? 'lock.title' : 'lock.who')}</h1>
        {account ? (
          <>
            <p>
              {account.user.fullName}
              <span className="muted"> · {account.user.username}</span>
            </p>
            <VerifyPerson
              key={account.user.userId}
              account={account}
              action={t('lock.open')}
              onVerified={(verification) => onVerified(account, verification)}
            />
            <p className="muted">{t(account.lock?.kind === 'PIN' ? 'lock.pinForgotten' : 'lock.platformLost')}</p>
          </>
        ) : null}
        {others.map(({ user }) => (
          <Button
            key={user.userId}
            onPress={() => onChoose(user.userId)}
          >{`${user.fullName} · ${user.username}`}</Button>
        ))}
        <Button variant="quiet" onPress={() => void session.signIn('/', { another: true })}>
          {t('lock.another')}
        </Button>
      </section>
    </Frame>
  );
}
