import { useQueryClient } from '@tanstack/react-query';
import { useEffect, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { Redirect, Route, Switch, useLocation } from 'wouter';
import type { AppMe } from '../../../phone/protocol/index.ts';
import { useWorkplace } from '../shared/session-context.tsx';
import { Button } from '../shared/ui/button.tsx';
import { Notice } from '../shared/ui/notice.tsx';
import type { StoredPhone } from './device-store.ts';
import { Frame } from './parts/frame.tsx';
import { Loading } from './parts/loading.tsx';
import { listenToPushes, type Push } from './pushes.ts';
import { KEYS, type Outcome, problemCode, useAppMe, useForgetRetired, useStoredPhones } from './queries.ts';
import { AuthorizationScreen } from './screens/authorization-screen.tsx';
import { BlockedScreen, ElsewhereScreen } from './screens/barred-screens.tsx';
import { EnrolScreen } from './screens/enrol-screen.tsx';
import { HomeScreen } from './screens/home-screen.tsx';
import { OutcomeScreen } from './screens/outcome-screen.tsx';

/** The phone of a signed-in person. */
export function App() {
  const { t } = useTranslation();
  const me = useAppMe();
  const phones = useStoredPhones(me.data);
  const [outcome, setOutcome] = useState<Outcome | null>(null);
  const [, navigate] = useLocation();
  useForgetRetired(me.data, phones.data);

  // What came of a decision stays until it was read, even where it took this phone's own token away.
  if (outcome) {
    const proceed = (): void => {
      navigate('/', { replace: true });
      setOutcome(null);
    };
    return <OutcomeScreen outcome={outcome} onContinue={proceed} />;
  }
  if (me.data && phones.data)
    return (
      <Phone {...{ me: me.data, phones: phones.data, reading: phones.isPlaceholderData, onOutcome: setOutcome }} />
    );
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

interface PhoneProps {
  readonly me: AppMe;
  readonly phones: readonly StoredPhone[];
  /** The store is being read again: what it lacked may be there by now. */
  readonly reading: boolean;
  readonly onOutcome: (outcome: Outcome) => void;
}

/** Which of its few states the phone is in: the service says, this browser's store agrees or not. */
function Phone({ me, phones, reading, onOutcome }: PhoneProps) {
  const { status } = me.token;
  const mine = phones.find(({ enrolled }) => enrolled && enrolled.deviceId === me.device?.deviceId);
  const begun = phones.findLast(({ enrolled }) => !enrolled);

  if (status === 'BLOCKED') return <BlockedScreen />;
  if (status !== 'ACTIVE') return <EnrolScreen me={me} released={status === 'RELEASED'} />;
  if (mine) return <EnrolledPhone {...{ me, phone: mine, onOutcome }} />;
  // An enrolment whose answer was lost: the same code and keys bring it back.
  if (begun) return <EnrolScreen me={me} released={false} code={begun.activationCode} />;
  if (reading) {
    return (
      <Frame>
        <Loading />
      </Frame>
    );
  }
  return <ElsewhereScreen deviceName={me.device?.name ?? ''} />;
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
