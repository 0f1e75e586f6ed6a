import { useQueryClient } from '@tanstack/react-query';
import { lazy, useCallback, useEffect, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { Redirect, Route, Switch, useLocation } from 'wouter';
import type { AppMe, RefusalError } from '../../../phone/protocol/index.ts';
import { useWorkplace } from '../common/session-context.tsx';
import { Button } from '../common/ui/button.tsx';
import { Notice } from '../common/ui/notice.tsx';
import { useFates, useForgetSent } from './decisions.ts';
import { forgetLinkedCode } from './linked-code.ts';
import { Frame } from './parts/frame.tsx';
import { Loading } from './parts/loading.tsx';
import { listenToPushes, type Push } from './pushes.ts';
import { KEYS, problemCode, useAppMe, useForgetRetired } from './queries.ts';
import { BlockedScreen, ElsewhereScreen } from './screens/barred-screens.tsx';
import { FateScreen } from './screens/fate-screen.tsx';
import { HomeScreen } from './screens/home-screen.tsx';
import type { Account, PhoneUser, StoredPhone } from './vault/account-store.ts';

// Fetched when they are needed: a code is shown without them.
const AuthorizationScreen = lazy(async () => ({
  default: (await import('./screens/authorization-screen.tsx')).AuthorizationScreen,
}));
const EnrolScreen = lazy(async () => ({ default: (await import('./screens/enrol-screen.tsx')).EnrolScreen }));

/** A decision that the service refused, for the person to try again. */
interface Refused {
  readonly changeId: string;
  readonly refusal: RefusalError;
}

interface AppProps {
  readonly userId: string;
  /** The person's data in this browser, if there are any. */
  readonly account: Account | undefined;
}

/** The phone of one person, whom the lock has let in. */
export function App({ userId, account }: AppProps) {
  const me = useAppMe();
  const fates = useFates(userId);
  const forgetSent = useForgetSent(userId);
  const [refused, setRefused] = useState<Refused | null>(null);
  const [enrolledNow, setEnrolledNow] = useState(false);
  const onEnrolled = useCallback(() => setEnrolledNow(true), []);
  const [location, navigate] = useLocation();
  useForgetRetired(me.data, account?.phones);

  // The outcome of a decision is shown until it was read, even if it took this phone's own token away.
  const fate = fates.find(
    ({ status, refusal, sent }) => status || refusal || location === `/autorizar/${sent.changeId}`,
  );
  const sent = fate?.sent;
  const tryAgain = fate?.refusal?.attemptsLeft ? fate.refusal : undefined;
  useEffect(() => {
    if (!sent || !tryAgain) return;
    setRefused({ changeId: sent.changeId, refusal: tryAgain });
    navigate(`/autorizar/${sent.changeId}`, { replace: true });
    void forgetSent(sent);
  }, [sent, tryAgain, navigate, forgetSent]);
  if (fate && !tryAgain) {
    const proceed = (): void => {
      navigate('/', { replace: true });
      void forgetSent(fate.sent);
    };
    return <FateScreen fate={fate} onContinue={proceed} />;
  }
  if (me.data) return <Phone {...{ account, refused, enrolledNow, onEnrolled }} me={me.data} />;
  // Whatever the service would say, the code is there at once.
  const enrolled = account?.phones.findLast((phone) => phone.enrolled);
  if (account && enrolled)
    return <EnrolledPhone user={account.user} phone={enrolled} refused={refused} enrolledNow={false} />;
  return <NothingKnown error={me.error} onRetry={() => void me.refetch()} />;
}

function NothingKnown({ error, onRetry }: { error: Error | null; onRetry: () => void }) {
  const { t } = useTranslation();
  const code = problemCode(error);
  return (
    <Frame>
      {error ? (
        <Notice tone="danger" role="alert" title={t(`problem.${code}`, t('problem.other', { code }))}>
          <Button size="small" onPress={onRetry}>
            {t('state.retry')}
          </Button>
        </Notice>
      ) : (
        <Loading />
      )}
    </Frame>
  );
}

interface PhoneProps {
  readonly me: AppMe;
  readonly account: Account | undefined;
  readonly refused: Refused | null;
  /** The enrolment has just been answered: what it did besides is told once. */
  readonly enrolledNow: boolean;
  readonly onEnrolled: () => void;
}

/** Which of its few states the phone is in: the service says, this browser's store agrees or not. */
function Phone({ me, account, refused, enrolledNow, onEnrolled }: PhoneProps) {
  const { status } = me.token;
  const phones = account?.phones ?? [];
  const mine = phones.find(({ enrolled }) => enrolled && enrolled.deviceId === me.device?.deviceId);
  const begun = phones.findLast(({ enrolled }) => !enrolled);
  useEffect(() => {
    if (status === 'ACTIVE') forgetLinkedCode();
  }, [status]);

  if (status === 'BLOCKED') return <BlockedScreen />;
  if (status !== 'ACTIVE') return <EnrolScreen {...{ me, account, onEnrolled }} released={status === 'RELEASED'} />;
  if (mine) return <EnrolledPhone user={me.user} phone={mine} {...{ refused, enrolledNow }} />;
  // An enrolment whose answer was lost: the same code and keys bring it back.
  if (begun) return <EnrolScreen {...{ me, account, onEnrolled }} released={false} code={begun.activationCode} />;
  return <ElsewhereScreen deviceName={me.device?.name ?? ''} isAdministrator={me.user.role === 'ADMINISTRATOR'} />;
}

interface EnrolledPhoneProps {
  readonly user: PhoneUser;
  readonly phone: StoredPhone;
  readonly refused: Refused | null;
  readonly enrolledNow: boolean;
}

function EnrolledPhone({ user, phone, refused, enrolledNow }: EnrolledPhoneProps) {
  const [announced, setAnnounced] = useState<Push | null>(null);
  usePushes(phone.pushToken, setAnnounced);
  return (
    <Switch>
      <Route path="/">
        <HomeScreen {...{ user, phone, enrolledNow }} announced={announced} onSeen={() => setAnnounced(null)} />
      </Route>
      <Route path="/autorizar/:changeId">
        {({ changeId }) => {
          const refusal = refused?.changeId === changeId ? refused.refusal : null;
          return <AuthorizationScreen key={changeId} {...{ changeId, user, phone, refusal }} />;
        }}
      </Route>
      <Route>
        <Redirect to="/" replace />
      </Route>
    </Switch>
  );
}

/** A push says only that there is something to pull. */
function usePushes(pushToken: string, onPush: (push: Push) => void): void {
  const { config } = useWorkplace();
  const client = useQueryClient();
  useEffect(() => {
    if (!config.relayUrl) return;
    return listenToPushes(config.relayUrl, pushToken, (push) => {
      void client.invalidateQueries({ queryKey: KEYS.authorizations });
      void client.invalidateQueries({ queryKey: KEYS.me });
      onPush(push);
    });
  }, [config.relayUrl, pushToken, client, onPush]);
}
