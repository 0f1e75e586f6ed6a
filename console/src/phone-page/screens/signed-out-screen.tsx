import { useTranslation } from 'react-i18next';
import { useWorkplace } from '../../common/session-context.tsx';
import { Button } from '../../common/ui/button.tsx';
import { Icon } from '../../common/ui/icon.tsx';

/** Outside: the person left, could not get in, or has no network to do so. */
export function SignedOutScreen({ why }: { why: 'signedOut' | 'failed' | 'offline' }) {
  const { t } = useTranslation();
  const { session } = useWorkplace();
  return (
    <main className="lone">
      <span className="brand-mark brand-mark-large">
        <Icon name="key" />
      </span>
      <h1>{t(`session.${why}`)}</h1>
      <p>{t(`session.${why}Text`)}</p>
      <Button variant="primary" onPress={() => void session.signIn('/')}>
        {t('session.signIn')}
      </Button>
    </main>
  );
}
