import { type ReactNode, useEffect, useRef, useSyncExternalStore } from 'react';
import { useTranslation } from 'react-i18next';
import { Link, useLocation } from 'wouter';
import { focusOnHeading } from '../../common/focus.ts';
import { chooseLanguage, type Language } from '../../common/i18n.ts';
import { IDLE_MINUTES } from '../../common/idle.ts';
import { useIdleEnding, useWorkplace } from '../../common/session-context.tsx';
import { formatMoment } from '../../common/time.ts';
import { Icon } from '../../common/ui/icon.tsx';
import { Notice } from '../../common/ui/notice.tsx';
import { MESSAGES } from '../i18n/messages.ts';
import { PATHS } from '../paths.ts';
import { useMe } from '../queries.ts';
import { Loading } from './loading.tsx';
import { SessionNotice } from './session-notice.tsx';
import { SupportLines } from './support-lines.tsx';

/** The frame of every page: who is signed in, where to go, whom to call. */
export function Shell({ children }: { children: ReactNode }) {
  const { t, i18n } = useTranslation();
  const me = useMe();
  const ending = useIdleEnding();
  const [path] = useLocation();
  const main = useRef<HTMLElement>(null);
  const firstPath = useRef(path);

  // A new page starts at its top for everybody: the eye, the keyboard and the screen reader.
  useEffect(() => {
    if (firstPath.current === path) return;
    firstPath.current = path;
    // Whoever moves along the tabs by the arrow keys stays on them.
    if (document.activeElement?.matches('[role=tab]')) return;
    window.scrollTo(0, 0);
    return main.current ? focusOnHeading(main.current) : undefined;
  }, [path]);

  // All at once: a name that comes later would push the page down.
  if (me.isPending) return <Loading />;
  return (
    <div className="shell">
      <a className="skip" href="#contenido">
        {t('skip')}
      </a>
      <header className="top">
        <div className="top-inner">
          <Link href={PATHS.virtual} className="brand">
            <span className="brand-mark">
              <Icon name="key" />
            </span>
            <span className="brand-words">
              <span className="brand-name">{t('brand')}</span>
              <span className="brand-section">{t('section')}</span>
            </span>
          </Link>
          <div className="top-person">
            {me.data ? (
              <p className="person">
                <span className="person-name">{me.data.user.fullName}</span>
                <span className="person-company">
                  {me.data.user.username} · {me.data.company.name}
                </span>
                {me.data.lastAccess ? (
                  <span className="person-company">
                    {t('session.lastAccess', { moment: formatMoment(me.data.lastAccess, i18n.language) })}
                  </span>
                ) : null}
              </p>
            ) : null}
            <LanguageSwitch />
            <SignOut />
          </div>
        </div>
        {me.data?.user.role === 'ADMINISTRATOR' ? <Sections path={path} /> : null}
      </header>
      <div className="strip">
        <SessionNotice text={t('session.endedText')} />
        {ending ? <Notice tone="warning" title={t('session.ending')} role="alert" /> : null}
      </div>
      <OfflineNotice />
      <main id="contenido" className="main" ref={main} tabIndex={-1}>
        {children}
      </main>
      <footer className="foot">
        <div className="foot-inner">
          <p className="foot-title">{t('support.short')}</p>
          <SupportLines compact />
          <p className="no-print">{t('session.idle', { minutes: IDLE_MINUTES })}</p>
        </div>
      </footer>
    </div>
  );
}

function Sections({ path }: { path: string }) {
  const { t } = useTranslation();
  const sections = [
    { href: PATHS.virtual, under: '/administracion/token', label: t('nav.tokens') },
    { href: PATHS.changes, under: PATHS.changes, label: t('nav.changes') },
    { href: PATHS.record, under: PATHS.record, label: t('record.title') },
    { href: PATHS.support, under: PATHS.support, label: t('nav.support') },
  ];
  return (
    <nav className="sections" aria-label={t('nav.label')}>
      <ul>
        {sections.map(({ href, under, label }) => (
          <li key={href}>
            <Link href={href} aria-current={path.startsWith(under) ? 'page' : undefined}>
              {label}
            </Link>
          </li>
        ))}
      </ul>
    </nav>
  );
}

function LanguageSwitch() {
  const { t, i18n } = useTranslation();
  const other: Language = i18n.language === 'en' ? 'es' : 'en';
  return (
    <button
      type="button"
      className="top-button"
      lang={other}
      onClick={() => void chooseLanguage(other, MESSAGES[other])}
    >
      {t(`language.${other}`)}
    </button>
  );
}

function SignOut() {
  const { t } = useTranslation();
  const { session } = useWorkplace();
  return (
    <button type="button" className="top-button" onClick={() => void session.signOut(PATHS.signedOut)}>
      <Icon name="out" />
      <span>{t('session.signOut')}</span>
    </button>
  );
}

function subscribeToConnection(listener: () => void): () => void {
  window.addEventListener('online', listener);
  window.addEventListener('offline', listener);
  return () => {
    window.removeEventListener('online', listener);
    window.removeEventListener('offline', listener);
  };
}

function OfflineNotice() {
  const { t } = useTranslation();
  const online = useSyncExternalStore(subscribeToConnection, () => navigator.onLine);
  return (
    <div className="strip" role="status">
      {online ? null : <Notice tone="warning" title={t('state.offline')} />}
    </div>
  );
}
