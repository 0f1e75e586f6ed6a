import { useTranslation } from 'react-i18next';
import type { TokenQuery } from '../api-types.ts';
import { useMatches } from '../queries.ts';

/** Shows how many tokens match: exactly up to a thousand. Its place is kept while the number is on its way. */
export function Matches({ query, stale }: { query: TokenQuery; stale: boolean }) {
  const { t, i18n } = useTranslation();
  const matches = useMatches(query);
  const { count, more } = matches.data ?? { count: 0, more: false };
  const number = new Intl.NumberFormat(i18n.language === 'en' ? 'en-GB' : 'es-CO').format(count);
  const words = more
    ? t(count < 1000 ? 'list.atLeast' : 'list.moreThan', { number })
    : t('list.matches', { count, number });
  return (
    <p className="matches" role="status">
      {stale || !matches.data ? null : words}
    </p>
  );
}
