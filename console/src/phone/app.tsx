import { useQueryClient } from '@tanstack/react-query';
import { useEffect, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { Redirect, Route, Switch, useLocation } from 'wouter';
import type { AppMe } from '../../../phone/protocol/index.ts';
import { useWorkplace } from '../shared/session-context.tsx';
import { Button } from '../shared/ui/button.tsx';
import { Notice } from '../shared/ui/notice.tsx';
import { forgetPhone, type StoredPhone } from './device-store.ts';
import { Frame } from './parts/frame.tsx';
import { Loading } from './parts/loading.tsx';
import { listenToPushes, type Push } from './pushes.ts';
import { KEYS, type Outcome, problemCode, useAppMe, useStoredPhone } from './queries.ts';
import { AuthorizationScreen } from './screens/authorization-screen.tsx';
import { BlockedScreen, ElsewhereScreen } from './screens/barred-screens.tsx';
import { EnrolScreen } from './screens/enrol-screen.tsx';
import { HomeScreen } from './screens/home-screen.tsx';
import { OutcomeScreen } from './screens/outcome-screen.tsx';

/** The phone of a signed-in person. */
export function App() {
  const { t } = useTranslation();
  const me = useAppMe();
  const phone = useStoredPhone(me.data?.user.userId);
  if (me.data && phone.data !== undefined) return <Phone me={me.data} stored={phone.data} />;
  return (
    <Frame>
      {me.error ? (
        <Notice
          tone="danger"
          role="alert"
          title={t(`problem.${problemCode(me.error)}`, t('problem.other', { code: problemCode(me.error) }))}
        >
          <Button size="small" onPress={() => void me.refetch()}>
            {t('state.retry')}
          </Button>
        </Notice>
      ) : (
        <Loading />
      )}
    </Frame>
  );
}

/** Which of its few states the phone is in: the service says, this browser's store agrees or not. */
function Phone({ me, stored }: { me: AppMe; stored: StoredPhone | null }) {
  const { status } = me.token;
  const mine = stored?.enrolled && me.device?.deviceId === stored.enrolled.deviceId ? stored : null;
  const [outcome, setOutcome] = useState<Outcome | null>(null);
  const [, navigate] = useLocation();
  useForgetRetired(me, stored);

  // What came of a decision stays until it was read, even where it took this phone's own token away.
  if (outcome) {
    const proceed = (): void => {
      navigate('/', { replace: true });
      setOutcome(null);
    };
    return <OutcomeScreen outcome={outcome} onContinue={proceed} />;
  }

  if (status === 'BLOCKED') return <BlockedScreen />;
  if (status !== 'ACTIVE') return <EnrolScreen me={me} released={status === 'RELEASED'} />;
  // An enrolment whose answer was lost: the same code and keys bring it back.
  if (!mine && stored && !stored.enrolled) return <EnrolScreen me={me} released={false} code={stored.activationCode} />;
  if (!mine) return <ElsewhereScreen deviceName={me.device?.name ?? ''} />;
  return <EnrolledPhone me={me} phone={mine} onOutcome={setOutcome} />;
}

interface EnrolledPhoneProps {
  readonly me: AppMe;
  readonly phone: StoredPhone;
  readonly onOutcome: (outcome: Outcome) => void;
}

function EnrolledPhone({ me, phone, onOutcome }: EnrolledPhoneProps) {
  const [announced, setAnnounced] = useState<Push | null>(null);
  usePushes(phone.pushToken, setAnnounced);
  return (
    <Switch>
      <Route path="/">
        <HomeScreen me={me} phone={phone} announced={announced} onSeen={() => setAnnounced(null)} />
      </Route>
      <Route path="/autorizar/:changeId">
        {({ changeId }) => <AuthorizationScreen key={changeId} {...{ changeId, me, phone, onOutcome }} />}
      </Route>
      <Route>
        <Redirect to="/" replace />
      </Route>
    </Switch>
  );
}

/** Keys and seed of a device the service has retired are good for nothing: they go. */
function useForgetRetired(me: AppMe, stored: StoredPhone | null): void {
  const client = useQueryClient();
  const { userId } = me.user;
  const retired = stored?.enrolled !== undefined && me.token.status === 'RELEASED';
  useEffect(() => {
    if (!retired) return;
    void forgetPhone(userId).then(() => client.invalidateQueries({ queryKey: KEYS.phone(userId) }));
  }, [retired, userId, client]);
}

/** A push says only that there is something to pull. */
function usePushes(pushToken: string, onAuthorization: (push: Push) => void): void {
  const { config } = useWorkplace();
  const client = useQueryClient();
  useEffect(() => {
    if (!config.relayUrl) return;
    return listenToPushes(config.relayUrl, pushToken, (push) => {
      void client.invalidateQueries({ queryKey: KEYS.authorizations });
      void client.invalidateQueries({ queryKey: KEYS.me });
      if (push.type === 'AUTHORIZATION_PENDING') onAuthorization(push);
    });
  }, [config.relayUrl, pushToken, client, onAuthorization]);
}
