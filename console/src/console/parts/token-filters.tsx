import { useEffect, useId, useRef, useState } from 'react';
import { Button } from 'react-aria-components/Button';
import { Input } from 'react-aria-components/Input';
import { Label } from 'react-aria-components/Label';
import { SearchField } from 'react-aria-components/SearchField';
import { useTranslation } from 'react-i18next';
import { Icon } from '../../shared/ui/icon.tsx';
import type { TokenKind, TokenStatus } from '../api-types.ts';

export const STATUSES: Record<TokenKind, readonly TokenStatus[]> = {
  VIRTUAL: ['PENDING_ENROLLMENT', 'ACTIVE', 'BLOCKED', 'RELEASED'],
  PHYSICAL: ['ENABLED', 'DISABLED'],
};
const TYPING_PAUSE_MS = 250;

export interface TokenFiltersProps {
  readonly kind: TokenKind;
  readonly q: string;
  readonly status: string;
  readonly onFilter: (name: 'q' | 'estado', value: string) => void;
}

/** Search as one types, and a filter by state. */
export function TokenFilters({ kind, q, status, onFilter }: TokenFiltersProps) {
  const { t } = useTranslation();
  const [typed, setTyped] = useState(q);
  const selectId = useId();
  const apply = useRef(onFilter);
  apply.current = onFilter;

  useEffect(() => {
    if (typed === q) return;
    const timer = setTimeout(() => apply.current('q', typed), TYPING_PAUSE_MS);
    return () => clearTimeout(timer);
  }, [typed, q]);
  // Filters removed elsewhere are removed here too.
  useEffect(() => setTyped((current) => (q === '' && current.trim() !== '' ? '' : current)), [q]);

  return (
    <div className="filters">
      <SearchField className="field search" value={typed} onChange={setTyped} maxLength={100}>
        <Label className="label">{t('tokens.search')}</Label>
        <div className="search-box">
          <Icon name="search" />
          <Input className="input" placeholder={t('tokens.searchHint')} autoComplete="off" />
          <Button className="icon-button" aria-label={t('tokens.clear')}>
            <Icon name="cross" />
          </Button>
        </div>
      </SearchField>
      <div className="field">
        <label className="label" htmlFor={selectId}>
          {t('tokens.status')}
        </label>
        <select
          id={selectId}
          className="input select"
          value={status}
          onChange={(event) => onFilter('estado', event.target.value)}
        >
          <option value="">{t('tokens.allStatuses')}</option>
          {STATUSES[kind].map((it) => (
            <option key={it} value={it}>
              {t(`status.${it}`)}
            </option>
          ))}
        </select>
      </div>
    </div>
  );
}
