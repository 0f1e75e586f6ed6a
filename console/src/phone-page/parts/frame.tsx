import { type ReactNode, useSyncExternalStore } from 'react';
import { useTranslation } from 'react-i18next';
import { Link } from 'wouter';
import { chooseLanguage, type Language } from '../../common/i18n.ts';
import { useIdleEnding, useWorkplace } from '../../common/session-context.tsx';
import { Button } from '../../common/ui/button.tsx';
import { Icon } from '../../common/ui/icon.tsx';
import { Notice } from '../../common/ui/notice.tsx';
import { MESSAGES } from '../i18n/messages.ts';
import { useOnline } from '../online.ts';
import { useSignInState } from '../sign-in-state.ts';
import { useVault } from '../vault/vault.ts';

export interface FrameProps {
  readonly children: ReactNode;
  /** Where back leads, from a screen that is not the first. */
  readonly back?: string;
}

const SIGNED_OUT = '/salida';

/** The screen of the phone: full on a phone, in a frame of its size elsewhere. */
export function Frame({ children, back }: FrameProps) {
  const { t, i18n } = useTranslation();
  const { session } = useWorkplace();
  const vault = useVault();
  const signIn = useSignInState();
  const signOut = async (): Promise<void> => {
    if (session.userId) await vault.forgetSession(session.userId);
    // The lock takes the sign-in from this page: it has to be ended before.
    const ending = session.signOut(SIGNED_OUT);
    vault.lock();
    await ending;
  };
  const other: Language = i18n.language === 'en' ? 'es' : 'en';
  return (
    <div className="phone">
      <header className="phone-top">
        {back ? (
          <Link href={back} replace className="phone-back" aria-label={t('state.back')}>
            <Icon name="back" />
          </Link>
        ) : (
          <span className="brand-mark">
            <Icon name="key" />
          </span>
        )}
        <span className="phone-brand">{t('brand')}</span>
        <button
          type="button"
          className="top-button"
          lang={other}
          onClick={() => void chooseLanguage(other, MESSAGES[other])}
        >
          {other === 'en' ? 'EN' : 'ES'}
          <span className="visually-hidden"> {t(`language.${other}`)}</span>
        </button>
        {signIn === 'in' ? (
          <button type="button" className="top-button" onClick={() => void signOut()} aria-label={t('session.signOut')}>
            <Icon name="out" />
          </button>
        ) : null}
      </header>
      <Warnings />
      <main className="phone-main">{children}</main>
    </div>
  );
}

function Warnings() {
  const { t } = useTranslation();
  const { session } = useWorkplace();
  const signIn = useSignInState();
  const ending = useIdleEnding();
  const online = useOnline();
  const ended = useSyncExternalStore(session.subscribe, () => session.ended);
  return (
    <div className="phone-warnings">
      {online ? null : <Notice tone="warning" title={t('state.offline')} role="status" />}
      {ended === 'unreached' ? (
        <Notice tone="warning" title={t('session.unreached')} role="alert">
          <Button size="small" onPress={() => void session.signOut(SIGNED_OUT)}>
            {t('session.finish')}
          </Button>
        </Notice>
      ) : null}
      {ending ? <Notice tone="warning" title={t('session.ending')} role="alert" /> : null}
      {signIn === 'out' && online && ended !== 'unreached' ? (
        <Notice tone="warning" title={t(`session.${ended ?? 'needed'}`)} role="alert">
          <Button size="small" onPress={() => void session.signIn(location.pathname)}>
            {t('session.signIn')}
          </Button>
        </Notice>
      ) : null}
    </div>
  );
}
