import { useQueryClient } from '@tanstack/react-query';
import { useEffect, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { Redirect, Route, Switch, useLocation } from 'wouter';
import type { AppMe, ProblemError } from '../../../phone/protocol/index.ts';
import { useWorkplace } from '../shared/session-context.tsx';
import { Button } from '../shared/ui/button.tsx';
import { Notice } from '../shared/ui/notice.tsx';
import { useFates, useForgetSent } from './decisions.ts';
import type { StoredPhone } from './device-store.ts';
import { Frame } from './parts/frame.tsx';
import { Loading } from './parts/loading.tsx';
import { listenToPushes, type Push } from './pushes.ts';
import { KEYS, problemCode, useAppMe, useForgetRetired, useStoredPhones } from './queries.ts';
import { AuthorizationScreen } from './screens/authorization-screen.tsx';
import { BlockedScreen, ElsewhereScreen } from './screens/barred-screens.tsx';
import { EnrolScreen } from './screens/enrol-screen.tsx';
import { FateScreen } from './screens/fate-screen.tsx';
import { HomeScreen } from './screens/home-screen.tsx';

/** A decision that the service refused, for the person to try again. */
interface Refused {
  readonly changeId: string;
  readonly refusal: ProblemError;
}

/** The phone of a signed-in person. */
export function App() {
  const { t } = useTranslation();
  const me = useAppMe();
  const phones = useStoredPhones(me.data);
  const fates = useFates(me.data);
  const forgetSent = useForgetSent(me.data?.user.userId ?? '');
  const [refused, setRefused] = useState<Refused | null>(null);
  const [location, navigate] = useLocation();
  useForgetRetired(me.data, phones.data);

  // What came of a decision is shown until it was read, even where it took this phone's own token away.
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
  if (me.data && phones.data)
    return <Phone {...{ me: me.data, phones: phones.data, reading: phones.isPlaceholderData, refused }} />;
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
  readonly refused: Refused | null;
}

/** Which of its few states the phone is in: the service says, this browser's store agrees or not. */
function Phone({ me, phones, reading, refused }: PhoneProps) {
  const { status } = me.token;
  const mine = phones.find(({ enrolled }) => enrolled && enrolled.deviceId === me.device?.deviceId);
  const begun = phones.findLast(({ enrolled }) => !enrolled);

  if (status === 'BLOCKED') return <BlockedScreen />;
  if (status !== 'ACTIVE') return <EnrolScreen me={me} released={status === 'RELEASED'} />;
  if (mine) return <EnrolledPhone {...{ me, phone: mine, refused }} />;
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
  readonly refused: Refused | null;
}

function EnrolledPhone({ me, phone, refused }: EnrolledPhoneProps) {
  const [announced, setAnnounced] = useState<Push | null>(null);
  usePushes(phone.pushToken, setAnnounced);
  return (
    <Switch>
      <Route path="/">
        <HomeScreen me={me} phone={phone} announced={announced} onSeen={() => setAnnounced(null)} />
      </Route>
      <Route path="/autorizar/:changeId">
        {({ changeId }) => {
          const refusal = refused?.changeId === changeId ? refused.refusal : null;
          return <AuthorizationScreen key={changeId} {...{ changeId, me, phone, refusal }} />;
        }}
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
