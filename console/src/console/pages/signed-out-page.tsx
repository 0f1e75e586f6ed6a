import { useTranslation } from 'react-i18next';
import { useWorkplace } from '../../shared/session-context.tsx';
import { Button } from '../../shared/ui/button.tsx';
import { Icon } from '../../shared/ui/icon.tsx';
import { usePageTitle } from '../parts/page-title.ts';

/** Outside: the person left, or could not get in. */
export function SignedOutPage({ failed }: { failed: boolean }) {
  const { t } = useTranslation();
  const { session } = useWorkplace();
  const title = t(failed ? 'session.failed' : 'session.signedOut');
  usePageTitle(title);
  return (
    <main className="lone">
      <span className="brand-mark brand-mark-large">
        <Icon name="key" />
      </span>
      <h1>{title}</h1>
      <p>{t(failed ? 'session.failedText' : 'session.signedOutText')}</p>
      {failed ? <p className="support-fallback">{t('support.unavailable')}</p> : null}
      <Button variant="primary" onPress={() => void session.signIn('/')}>
        {t('session.signIn')}
      </Button>
    </main>
  );
}
