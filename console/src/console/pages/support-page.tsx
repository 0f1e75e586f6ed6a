import { useTranslation } from 'react-i18next';
import { PageHeader } from '../parts/page-header.tsx';
import { SupportLines } from '../parts/support-lines.tsx';

/** Whom to call, and when. */
export function SupportPage() {
  const { t } = useTranslation();
  return (
    <>
      <PageHeader title={t('support.title')} trail={[{ label: t('nav.support') }]} />
      <section className="card">
        <SupportLines />
      </section>
    </>
  );
}
