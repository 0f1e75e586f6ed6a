import { useTranslation } from 'react-i18next';
import { useWorkplace } from '../../common/session-context.tsx';
import { Button } from '../../common/ui/button.tsx';
import { Icon } from '../../common/ui/icon.tsx';
import { usePageTitle } from '../parts/page-title.ts';
import { PATHS } from '../paths.ts';

/** Outside: the person left, also where the login does not know it yet, or could not get in. */
export function SignedOutPage({ why }: { why: 'signedOut' | 'unreached' | 'failed' }) {
  const { t } = useTranslation();
  const { session } = useWorkplace();
  const title = t(`session.${why}`);
  usePageTitle(title);
  return (
    <main className="lone">
      <span className="brand-mark brand-mark-large">
        <Icon name="key" />
      </span>
      <h1>{title}</h1>
      <p>{t(`session.${why}Text`)}</p>
      {why === 'failed' ? <p className="support-fallback">{t('support.unavailable')}</p> : null}
      {why === 'unreached' ? (
        <Button variant="primary" onPress={() => void session.signOut(PATHS.signedOut)}>
          {t('session.finish')}
        </Button>
      ) : (
        <Button variant="primary" onPress={() => void session.signIn('/')}>
          {t('session.signIn')}
        </Button>
      )}
    </main>
  );
}
