import { useTranslation } from 'react-i18next';
import { Icon } from '../../common/ui/icon.tsx';
import { usePageTitle } from '../parts/page-title.ts';
import { SupportLines } from '../parts/support-lines.tsx';

/** Why there is nothing here for this person, and who can help. */
export function NotAllowedPage({ kind, company }: { kind: 'secondary' | 'disabled'; company: string }) {
  const { t } = useTranslation();
  const title = t(`${kind}.title`);
  usePageTitle(title);
  return (
    <section className="card not-allowed">
      <span className="round-mark">
        <Icon name="lock" />
      </span>
      <h1>{title}</h1>
      <p>{t(`${kind}.text`, { company })}</p>
      {kind === 'secondary' ? <p>{t('secondary.help')}</p> : null}
      <SupportLines />
    </section>
  );
}
