import { useTranslation } from 'react-i18next';
import { formatMoment } from '../../shared/time.ts';
import type { Token } from '../api-types.ts';
import { useMe } from '../queries.ts';
import { SupportLines } from './support-lines.tsx';

export interface ActivationLetterProps {
  readonly holder: Token['holder'];
  readonly code: string;
  readonly expiresAt: string;
}

/** On paper alone: one page for the person, with everything that enrolling a phone takes. */
export function ActivationLetter({ holder, code, expiresAt }: ActivationLetterProps) {
  const { t, i18n } = useTranslation();
  const { data: me } = useMe();
  return (
    <section className="own-letter print-only">
      <h3>{t('ownLetter.title')}</h3>
      <dl className="facts">
        <dt>{t('ownLetter.company')}</dt>
        <dd>{me?.company.name}</dd>
        <dt>{t('ownLetter.name')}</dt>
        <dd>{holder.fullName}</dd>
        <dt>{t('ownLetter.username')}</dt>
        <dd>{holder.username}</dd>
        <dt>{t('ownLetter.code')}</dt>
        <dd className="own-letter-code code">{code}</dd>
        <dt>{t('ownLetter.expires')}</dt>
        <dd>{formatMoment(expiresAt, i18n.language)}</dd>
      </dl>
      <ol>
        {(['a', 'b', 'c'] as const).map((step) => (
          <li key={step}>{t(`ownLetter.steps.${step}`)}</li>
        ))}
      </ol>
      <p>{t('ownLetter.secret')}</p>
      <SupportLines compact />
    </section>
  );
}
