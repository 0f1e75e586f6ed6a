import { useTranslation } from 'react-i18next';
import { Button } from '../../common/ui/button.tsx';

export interface DisowningProps {
  readonly how: 'own' | 'holder';
  /** Who asked for the change. */
  readonly requester: string;
  readonly onDisown: () => void;
  readonly onReject: () => void;
  readonly onBack: () => void;
}

/** Says what a disowning does to whoever asked, and asks once more. */
export function Disowning({ how, requester, onDisown, onReject, onBack }: DisowningProps) {
  const { t } = useTranslation();
  return (
    <section className="decision">
      <h2>{t(`disown.title.${how}`)}</h2>
      <p>{t(`disown.text.${how}`, { name: requester })}</p>
      <p>{t('disown.otherwise')}</p>
      <Button variant="primary" onPress={onReject}>
        {t('disown.rejectOnly')}
      </Button>
      <Button onPress={onDisown}>{t(`disown.confirm.${how}`)}</Button>
      <Button variant="quiet" onPress={onBack}>
        {t('state.back')}
      </Button>
    </section>
  );
}
