import { useTranslation } from 'react-i18next';
import { type Authorization, type Challenge, visibleText } from '../../../../phone/protocol/index.ts';
import { changeNumber } from '../../../../shared/domain/change-number.ts';
import { nameFully } from '../../../../shared/domain/full-name.ts';
import REASONS from '../../../../shared/domain/reasons.json';
import { localized } from '../../common/i18n.ts';
import { formatMoment } from '../../common/time.ts';

/** A person whom the challenge names, with their username, which the service tells beside it. */
export function nameInChallenge({ userId, fullName }: Challenge['holder'], names: Authorization['names']): string {
  return visibleText(nameFully({ fullName, username: names?.usernames[userId] }));
}

/** The change as it will be signed; what a screen would hide or obey is written out. */
export function ChallengeFacts({ authorization }: { authorization: Authorization }) {
  const { t, i18n } = useTranslation();
  const { challenge, names } = authorization;
  const reason = REASONS.find(({ code }) => code === challenge.reason);
  return (
    <section className="challenge">
      <h2>{t('decide.facts')}</h2>
      <dl className="facts">
        <dt>{t('decide.holder')}</dt>
        <dd>{nameInChallenge(challenge.holder, names)}</dd>
        <dt>{t('decide.reason')}</dt>
        <dd>{reason ? localized(reason.label, i18n.language) : visibleText(challenge.reason)}</dd>
        <dt>{t('decide.note')}</dt>
        <dd className="free-text">{challenge.note === null ? t('decide.noNote') : visibleText(challenge.note)}</dd>
        <dt>{t('decide.requestedBy')}</dt>
        <dd>{nameInChallenge(challenge.requestedBy, names)}</dd>
        <dt>{t('decide.requestedAt')}</dt>
        <dd>{formatMoment(challenge.createdAt, i18n.language)}</dd>
        <dt>{t('decide.company')}</dt>
        <dd className="code-long">
          {visibleText(names?.company ?? challenge.companyId)}
          {names?.company ? <span className="fact-note">{visibleText(challenge.companyId)}</span> : null}
        </dd>
        <dt>{t('decide.change')}</dt>
        <dd>
          <span className="code change-number">{changeNumber(challenge.changeId)}</span>
          <span className="fact-note code code-long">{visibleText(challenge.changeId)}</span>
        </dd>
      </dl>
      <details className="exact">
        <summary>{t('decide.exact')}</summary>
        <pre>{visibleText(JSON.stringify(challenge, null, 1)).replaceAll('\\u{a}', '\n')}</pre>
      </details>
    </section>
  );
}
