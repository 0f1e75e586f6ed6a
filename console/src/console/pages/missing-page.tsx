import { useTranslation } from 'react-i18next';
import { Link } from 'wouter';
import { Empty } from '../parts/empty.tsx';
import { usePageTitle } from '../parts/page-title.ts';
import { PATHS } from '../paths.ts';

/** An address that leads nowhere. */
export function MissingPage() {
  const { t } = useTranslation();
  usePageTitle(t('state.missing'));
  return (
    <>
      <h1 className="visually-hidden">{t('state.missing')}</h1>
      <Empty icon="info" title={t('state.missing')}>
        <p>{t('state.missingText')}</p>
        <Link href={PATHS.virtual} className="button button-primary">
          {t('state.home')}
        </Link>
      </Empty>
    </>
  );
}
