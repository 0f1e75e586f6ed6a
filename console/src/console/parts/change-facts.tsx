import { useTranslation } from 'react-i18next';
import { localized } from '../../common/i18n.ts';
import { formatMoment } from '../../common/time.ts';
import type { Change, Token } from '../api-types.ts';
import { useMe, useReasons } from '../queries.ts';
import { CopyButton } from './copy-button.tsx';
import { PersonName } from './person-name.tsx';
import { TokenFacts } from './token-facts.tsx';

/** The requested action, its requester, and who decides. */
export function ChangeFacts({ change, token }: { change: Change; token: Token | undefined }) {
  const { t, i18n } = useTranslation();
  const me = useMe();
  const reasons = useReasons(change.action);
  const reason = reasons.data?.find(({ code }) => code === change.reason);
  const { authorization } = change;
  const policy = authorization?.policy;
  const replaced =
    policy && policy !== 'BANK' && me.data && authorization.policy !== me.data.company.authorizationPolicy;
  return (
    <section className="card change-facts">
      <h2>{t('change.details')}</h2>
      <dl className="facts">
        <dt>{t('dialog.action')}</dt>
        <dd>{t(`action.${change.action}`)}</dd>
        <dt>{t('dialog.reason')}</dt>
        <dd>{reason ? localized(reason.label, i18n.language) : change.reason}</dd>
        {change.note ? (
          <>
            <dt>{t('dialog.note')}</dt>
            <dd className="free-text">{change.note}</dd>
          </>
        ) : null}
        {token ? <TokenFacts token={token} /> : null}
        <dt>{t('change.requestedBy')}</dt>
        <dd>
          <PersonName person={change.requestedBy} />
        </dd>
        <dt>{t('change.requestedAt')}</dt>
        <dd>{formatMoment(change.createdAt, i18n.language)}</dd>
        {authorization ? (
          <>
            <dt>{t('change.policyLabel')}</dt>
            <dd>
              {t(`policy.${authorization.policy}`)}
              {replaced ? <span className="fact-note">{t('change.policyReplaced')}</span> : null}
            </dd>
          </>
        ) : null}
        {authorization?.decidedBy ? (
          <>
            <dt>{t('change.decidedBy')}</dt>
            <dd>
              <PersonName person={authorization.decidedBy} />
              {authorization.decidedAt ? (
                <span className="fact-note">{formatMoment(authorization.decidedAt, i18n.language)}</span>
              ) : null}
            </dd>
          </>
        ) : null}
        <dt>{t('change.id')}</dt>
        <dd>
          <span className="code change-number">{change.number}</span>
          <span className="fact-note code code-long print-only">{change.changeId}</span>
          <CopyButton text={change.changeId} label={t('change.copyId')} />
        </dd>
      </dl>
    </section>
  );
}
