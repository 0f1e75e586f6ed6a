import { useTranslation } from 'react-i18next';
import type { Token } from '../api-types.ts';
import { PersonName } from './person-name.tsx';
import { TokenBadge } from './status-badge.tsx';

/** Whose token it is, which, and how it stands now: rows of a list of facts. */
export function TokenFacts({ token: { holder, serial, status } }: { token: Token }) {
  const { t } = useTranslation();
  return (
    <>
      <dt>{t('dialog.user')}</dt>
      <dd>
        <PersonName person={holder} />
      </dd>
      <dt>{t('dialog.token')}</dt>
      <dd className="code">{serial}</dd>
      <dt>{t('dialog.current')}</dt>
      <dd>
        <TokenBadge status={status} />
      </dd>
    </>
  );
}
