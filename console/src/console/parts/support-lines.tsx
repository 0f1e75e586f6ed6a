import { useTranslation } from 'react-i18next';
import { localized } from '../../common/i18n.ts';
import { describeOpening } from '../../common/support-opening.ts';
import type { Support } from '../../common/support-types.ts';
import { Badge } from '../../common/ui/badge.tsx';
import { Icon } from '../../common/ui/icon.tsx';
import { useSupport } from '../queries.ts';

const keepDigits = (number: string): string => number.replaceAll(/\D/g, '');

// WhatsApp takes the country's code; the business line is Colombian.
const buildAddress = ({ channel, number }: Support['lines'][number]): string =>
  channel === 'WHATSAPP' ? `https://wa.me/57${keepDigits(number)}` : `tel:${keepDigits(number)}`;

export interface SupportLinesProps {
  readonly compact?: boolean;
}

/** The bank's support lines, open or closed by its own hours. */
export function SupportLines({ compact = false }: SupportLinesProps) {
  const { t, i18n } = useTranslation();
  const { data: support } = useSupport();
  if (!support) return <p className="support-fallback">{t('support.unavailable')}</p>;
  return (
    <div className={compact ? 'support support-compact' : 'support'}>
      <Badge tone={support.open ? 'success' : 'neutral'}>{t(support.open ? 'support.open' : 'support.closed')}</Badge>
      {support.opensAt ? <p>{describeOpening(support.opensAt, new Date(), i18n.language)}</p> : null}
      <ul className="support-lines">
        {support.lines.map((line) => (
          <li key={line.channel}>
            <Icon name={line.channel === 'PHONE' ? 'call' : 'chat'} />
            <span className="support-line">
              <a href={buildAddress(line)} rel="noreferrer" className="support-number">
                <span className="support-channel">{t(`support.${line.channel}`)}</span> {line.number}
              </a>
              <span className="support-how">{localized(line.instructions, i18n.language)}</span>
            </span>
          </li>
        ))}
      </ul>
      {compact ? null : <h2>{t('support.hours')}</h2>}
      <SupportHours support={support} />
    </div>
  );
}

function SupportHours({ support }: { support: Support }) {
  const { t } = useTranslation();
  const byDays = Map.groupBy(support.schedule, ({ days }) => days.join());
  return (
    <div className="support-hours">
      {[...byDays.values()].map((periods) => {
        const days = periods[0]?.days ?? [];
        return (
          <p key={days.join()}>
            {t('support.range', {
              first: t(`support.days.${days[0]}`),
              last: t(`support.days.${days.at(-1)}`),
            })}
            : {periods.map(({ from, to }) => t('support.between', { from, to })).join(' · ')}
          </p>
        );
      })}
      <p className="muted">{t('support.zone')}</p>
    </div>
  );
}
