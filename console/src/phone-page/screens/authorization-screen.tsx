import { useCallback, useRef, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { Link } from 'wouter';
import { type Authorization, type RefusalError, visibleText } from '../../../../phone/protocol/index.ts';
import { useWorkplace } from '../../common/session-context.tsx';
import { minutesSeconds, useNow } from '../../common/time.ts';
import { Button } from '../../common/ui/button.tsx';
import { Icon } from '../../common/ui/icon.tsx';
import { chooseDisowning } from '../choose-disowning.ts';
import { type Decision as Decided, useSign } from '../decisions.ts';
import { ChallengeFacts, nameInChallenge } from '../parts/challenge-facts.tsx';
import { DecisionForm } from '../parts/decision-form.tsx';
import { Disowning } from '../parts/disowning.tsx';
import { Frame } from '../parts/frame.tsx';
import { Loading } from '../parts/loading.tsx';
import { VerifyPerson } from '../parts/verify-person.tsx';
import { useAuthorizations } from '../queries.ts';
import type { PhoneUser, StoredPhone } from '../vault/account-store.ts';
import { useVault } from '../vault/vault.ts';

export interface AuthorizationScreenProps {
  readonly changeId: string;
  readonly user: PhoneUser;
  readonly phone: StoredPhone;
  /** Why the service refused the last decision of this change, where another may be tried. */
  readonly refusal: RefusalError | null;
}

/** One change to decide, kept on the screen as it was when it was opened. */
export function AuthorizationScreen({ changeId, user, phone, refusal }: AuthorizationScreenProps) {
  const authorizations = useAuthorizations();
  const found = authorizations.data?.find((item) => item.changeId === changeId);
  const opened = useRef<Authorization | undefined>(undefined);
  if (found) opened.current = found;
  if (opened.current) {
    const authorization = opened.current;
    return <Decision {...{ authorization, user, phone, refusal }} waiting={found !== undefined} />;
  }
  if (authorizations.isPending) {
    return (
      <Frame back="/">
        <Loading />
      </Frame>
    );
  }
  return <Gone />;
}

interface DecisionProps {
  readonly authorization: Authorization;
  readonly waiting: boolean;
  readonly user: PhoneUser;
  readonly phone: StoredPhone;
  /** Why the service refused the last decision of this change, where another may be tried. */
  readonly refusal: RefusalError | null;
}

function Decision({ authorization, waiting, user, phone, refusal }: DecisionProps) {
  const { t } = useTranslation();
  const { session } = useWorkplace();
  const clock = useCallback(() => session.now(), [session]);
  const now = useNow(clock);
  const sign = useSign(authorization, user.userId, phone);
  const account = useVault().find(user.userId);
  const [asked, setAsked] = useState<Decided | null>(null);
  const [disowns, setDisowns] = useState(false);
  const { challenge } = authorization;
  const how = chooseDisowning(challenge, user.userId);
  const choose = (decision: Decided): void => {
    setDisowns(false);
    setAsked(decision);
  };
  const left = (Date.parse(challenge.expiresAt) - now) / 1000;

  if (sign.isIdle && (!waiting || left <= 0)) return <Gone />;
  return (
    <Frame back="/">
      <div className="decide-heading">
        <h1>
          {t(`decide.action.${challenge.action}`, { defaultValue: challenge.action })}
          <span>{t('decide.of', { name: nameInChallenge(challenge.holder, authorization.names) })}</span>
        </h1>
        <p className="decide-left">
          <Icon name="clock" />
          <span role="timer" aria-label={t('decide.expires')}>
            {minutesSeconds(left)}
          </span>
        </p>
      </div>
      <ChallengeFacts authorization={authorization} />
      {disowns && how ? (
        <Disowning
          how={how}
          requester={visibleText(challenge.requestedBy.fullName)}
          onDisown={() => choose({ kind: 'NOT_ME' })}
          onReject={() => choose({ kind: 'REJECT' })}
          onBack={() => setDisowns(false)}
        />
      ) : asked && account ? (
        <section className="decision">
          <h2>{t(`lock.sign.${asked.kind}`)}</h2>
          <VerifyPerson
            account={account}
            action={t('lock.confirm')}
            atOnce
            onVerified={(verification) => {
              setAsked(null);
              sign.mutate({ decision: asked, verification });
            }}
          />
          <Button onPress={() => setAsked(null)}>{t('state.back')}</Button>
        </section>
      ) : (
        <DecisionForm
          attemptsLeft={authorization.attemptsLeft}
          pending={sign.isPending ? sign.variables.decision.kind : null}
          error={sign.error ?? refusal}
          disowning={how && t(`decide.notMe.${how}`)}
          onDecide={choose}
          onDisown={() => setDisowns(true)}
        />
      )}
    </Frame>
  );
}

function Gone() {
  const { t } = useTranslation();
  return (
    <Frame back="/">
      <section className="barred" role="status">
        <span className="round-mark">
          <Icon name="clock" />
        </span>
        <h1>{t('decide.gone')}</h1>
        <p>{t('decide.goneText')}</p>
        <Link href="/" replace className="button button-primary">
          {t('state.back')}
        </Link>
      </section>
    </Frame>
  );
}
