import { useCallback, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { Link } from 'wouter';
import { type Authorization, currentCode, type Seed } from '../../../../phone/protocol/index.ts';
import { useWorkplace } from '../../common/session-context.tsx';
import { formatMoment, minutesSeconds, useNow } from '../../common/time.ts';
import { Button } from '../../common/ui/button.tsx';
import { Icon } from '../../common/ui/icon.tsx';
import { Notice } from '../../common/ui/notice.tsx';
import { useOnline } from '../online.ts';
import { nameInChallenge } from '../parts/challenge-facts.tsx';
import { Frame } from '../parts/frame.tsx';
import { Loading } from '../parts/loading.tsx';
import type { Push } from '../pushes.ts';
import { problemCode, useAppMe, useAuthorizations, useSeed } from '../queries.ts';
import { useSignInState } from '../sign-in-state.ts';
import type { PhoneUser, StoredPhone } from '../vault/account-store.ts';
import { useVault } from '../vault/vault.ts';

export interface HomeScreenProps {
  readonly user: PhoneUser;
  readonly phone: StoredPhone;
  /** The enrolment has just been answered: what it did besides is told once. */
  readonly enrolledNow: boolean;
  /** The push that has just come, if it was not seen yet. */
  readonly announced: Push | null;
  readonly onSeen: () => void;
}

/** The code of the moment and what waits for a decision. */
export function HomeScreen({ user, phone, enrolledNow, announced, onSeen }: HomeScreenProps) {
  const { t, i18n } = useTranslation();
  const { data: me } = useAppMe();
  const vault = useVault();
  const seed = useSeed(phone);
  const items = useAuthorizations().data ?? [];
  // The code is above the rest, which would move when it comes.
  if (seed.isLoading) {
    return (
      <Frame>
        <Loading />
      </Frame>
    );
  }
  return (
    <Frame>
      <h1 className="hello">{t('home.hello', { name: user.fullName })}</h1>
      {me?.lastAccess ? (
        <p className="muted">{t('session.lastAccess', { moment: formatMoment(me.lastAccess, i18n.language) })}</p>
      ) : null}
      <div role="status">
        {announced && items.some(({ changeId }) => changeId === announced.changeId) ? (
          <Link href={`/autorizar/${announced.changeId}`} className="push" onClick={onSeen}>
            <Icon name="bell" />
            {t(`push.${announced.text}`, t('home.pushed'))}
          </Link>
        ) : null}
        <TokenNews isPushed={announced?.type === 'TOKEN_CHANGED'} />
      </div>
      {enrolledNow && me?.physicalToken?.status === 'DISABLED' ? (
        <Notice tone="info" role="status" title={t('home.physical')} />
      ) : null}
      <ClockNotice />
      {seed.data ? <CodeCard seed={seed.data} /> : null}
      {seed.error ? <Notice tone="danger" title={t('problem.other', { code: 'SEED' })} /> : null}
      <Waiting />
      <p className="muted">{t('lock.idle')}</p>
      <Button variant="quiet" onPress={vault.lock}>
        {t('lock.now')}
      </Button>
    </Frame>
  );
}

/** The change of this token that others decide, pushed or not; after a push about one that has ended, how it stands. */
function TokenNews({ isPushed }: { isPushed: boolean }) {
  const { t } = useTranslation();
  const { data: me } = useAppMe();
  const items = useAuthorizations().data ?? [];
  const pending = me?.pendingChange;
  if (pending && items.some(({ changeId }) => changeId === pending.changeId)) return null;
  if (pending) return <Notice tone="warning" title={t(`home.news.${pending.action}`, t('home.news.other'))} />;
  return isPushed && me ? <Notice tone="info" title={t('home.news.none')} /> : null;
}

/** The changes that wait for a decision. That none does is said only where the service has just said so. */
function Waiting() {
  const { t } = useTranslation();
  const authorizations = useAuthorizations();
  const signIn = useSignInState();
  const online = useOnline();
  const { data: items = [], error, failureCount, isSuccess } = authorizations;
  const isKnown = online && signIn === 'in' && isSuccess && failureCount === 0;
  const isAsked = online && signIn !== 'out' && !isSuccess && !error;
  return (
    <section className="waiting">
      <h2>{t('home.waiting')}</h2>
      {online ? null : <p className="muted">{t('home.unknownOffline')}</p>}
      {online && signIn === 'out' ? <p className="muted">{t('home.unknown')}</p> : null}
      {isAsked ? <Loading /> : null}
      {online && error ? (
        <Notice tone="warning" title={t(`problem.${problemCode(error)}`, t('problem.noAnswer'))}>
          <Button size="small" onPress={() => void authorizations.refetch()}>
            {t('state.retry')}
          </Button>
        </Notice>
      ) : null}
      {isKnown && items.length === 0 ? <p className="muted">{t('home.nothing')}</p> : null}
      <ul className="waiting-list">
        {items.map((item) => (
          <WaitingItem key={item.changeId} item={item} />
        ))}
      </ul>
    </section>
  );
}

function CodeCard({ seed }: { seed: Seed }) {
  const { t } = useTranslation();
  const { session } = useWorkplace();
  const clock = useCallback(() => session.now(), [session]);
  const now = useNow(clock);
  const { code, secondsLeft } = currentCode(seed, new Date(now));
  return (
    <section className="code-card">
      <h2>{t('home.code')}</h2>
      <p className="one-time-code">
        <span className="visually-hidden">{t('home.codeSpoken', { digits: [...code].join(' ') })}</span>
        <span aria-hidden="true" data-code={code}>
          {code.slice(0, 3)} {code.slice(3)}
        </span>
      </p>
      <meter className="countdown-bar" min={0} max={seed.period} value={secondsLeft} aria-hidden="true" />
      <p className="code-left">{t('home.left', { seconds: secondsLeft })}</p>
      <p className="code-hint">{t('home.codeHint')}</p>
      <CopyCode code={code} />
    </section>
  );
}

function CopyCode({ code }: { code: string }) {
  const { t } = useTranslation();
  const [copied, setCopied] = useState<string | null>(null);
  const copy = async (): Promise<void> => {
    await navigator.clipboard.writeText(code);
    setCopied(code);
  };
  return <Button onPress={() => void copy()}>{t(copied === code ? 'home.copied' : 'home.copy')}</Button>;
}

/** Codes go by the time of the login's last answer, where this device's clock is another. */
function ClockNotice() {
  const { t } = useTranslation();
  const { session } = useWorkplace();
  const minutes = Math.round(Math.abs(session.now() - Date.now()) / 60_000);
  if (minutes === 0) return null;
  return <Notice tone="warning" title={t('home.clock', { count: minutes })} />;
}

function WaitingItem({ item: { changeId, challenge, names } }: { item: Authorization }) {
  const { t } = useTranslation();
  const { session } = useWorkplace();
  const clock = useCallback(() => session.now(), [session]);
  const now = useNow(clock);
  const left = (Date.parse(challenge.expiresAt) - now) / 1000;
  return (
    <li>
      <Link href={`/autorizar/${changeId}`} className="waiting-item">
        <span className="waiting-words">
          <strong>{t(`decide.action.${challenge.action}`, { defaultValue: challenge.action })}</strong>
          <span>{t('decide.of', { name: nameInChallenge(challenge.holder, names) })}</span>
          <span className="muted">
            {t('home.requestedBy', { name: nameInChallenge(challenge.requestedBy, names) })}
          </span>
        </span>
        <span className="waiting-left">{minutesSeconds(left)}</span>
        <Icon name="next" />
      </Link>
    </li>
  );
}
