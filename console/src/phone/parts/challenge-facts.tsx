import { useTranslation } from 'react-i18next';
import { type Challenge, visibleText } from '../../../../phone/protocol/index.ts';
import REASONS from '../../../../shared/domain/reasons.json';
import { localized } from '../../shared/i18n.ts';
import { formatMoment } from '../../shared/time.ts';

/** The change as it will be signed; what a screen would hide or obey is written out. */
export function ChallengeFacts({ challenge }: { challenge: Challenge }) {
  const { t, i18n } = useTranslation();
  const reason = REASONS.find(({ code }) => code === challenge.reason);
  return (
    <section className="challenge">
      <h2>{t('decide.facts')}</h2>
      <dl className="facts">
        <dt>{t('decide.holder')}</dt>
        <dd>{visibleText(challenge.holder.fullName)}</dd>
        <dt>{t('decide.reason')}</dt>
        <dd>{reason ? localized(reason.label, i18n.language) : visibleText(challenge.reason)}</dd>
        <dt>{t('decide.note')}</dt>
        <dd className="free-text">{challenge.note === null ? t('decide.noNote') : visibleText(challenge.note)}</dd>
        <dt>{t('decide.requestedBy')}</dt>
        <dd>{visibleText(challenge.requestedBy.fullName)}</dd>
        <dt>{t('decide.requestedAt')}</dt>
        <dd>{formatMoment(challenge.createdAt, i18n.language)}</dd>
        <dt>{t('decide.company')}</dt>
        <dd className="code-long">{visibleText(challenge.companyId)}</dd>
        <dt>{t('decide.change')}</dt>
        <dd className="code code-long">{visibleText(challenge.changeId)}</dd>
      </dl>
      <details className="exact">
        <summary>{t('decide.exact')}</summary>
        <pre>{visibleText(JSON.stringify(challenge, null, 1)).replaceAll('\\u{a}', '\n')}</pre>
      </details>
    </section>
  );
}
