import { useTranslation } from 'react-i18next';
import { localized } from '../../common/i18n.ts';
import { describeHours, describeOpening } from '../../common/support-opening.ts';
import { Badge } from '../../common/ui/badge.tsx';
import { useSupport } from '../queries.ts';

/** Whom to call. */
export function SupportLines() {
  const { t, i18n } = useTranslation();
  const { data: support } = useSupport();
  if (!support) return <p className="muted">{t('support.fallback')}</p>;
  return (
    <div className="phone-support">
      <Badge tone={support.open ? 'success' : 'neutral'}>{t(support.open ? 'support.open' : 'support.closed')}</Badge>
      {support.opensAt ? <p className="muted">{describeOpening(support.opensAt, new Date(), i18n.language)}</p> : null}
      {support.lines.map(({ channel, number, instructions }) => (
        <p key={channel}>
          {channel === 'PHONE' ? (
            <a href={`tel:${number.replaceAll(/\D/g, '')}`}>{number}</a>
          ) : (
            <strong>{number}</strong>
          )}
          <span className="muted"> {localized(instructions, i18n.language)}</span>
        </p>
      ))}
      {describeHours(support.schedule, i18n.language).map((hours) => (
        <p key={hours} className="muted">
          {hours}
        </p>
      ))}
    </div>
  );
}
