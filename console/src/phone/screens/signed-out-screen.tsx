import { useTranslation } from 'react-i18next';
import { useWorkplace } from '../../shared/session-context.tsx';
import { Button } from '../../shared/ui/button.tsx';
import { Icon } from '../../shared/ui/icon.tsx';

/** Outside: the person left, or could not get in. */
export function SignedOutScreen({ failed }: { failed: boolean }) {
  const { t } = useTranslation();
  const { session } = useWorkplace();
  return (
    <main className="lone">
      <span className="brand-mark brand-mark-large">
        <Icon name="key" />
      </span>
      <h1>{t(failed ? 'session.failed' : 'session.signedOut')}</h1>
      <p>{t(failed ? 'session.failedText' : 'session.signedOutText')}</p>
      <Button variant="primary" onPress={() => void session.signIn('/')}>
        {t('session.signIn')}
      </Button>
    </main>
  );
}
