import { useEffect, useRef } from 'react';
import { Button } from 'react-aria-components/Button';
import { Input } from 'react-aria-components/Input';
import { Label } from 'react-aria-components/Label';
import { SearchField } from 'react-aria-components/SearchField';
import { useTranslation } from 'react-i18next';
import { Icon } from '../../shared/ui/icon.tsx';
import type { TokenKind } from '../api-types.ts';
import { TOKEN_STATUSES, type TokenFilterName, type TokenFilterValues } from '../token-question.ts';
import { FilterPanel } from './filter-panel.tsx';
import { SelectField } from './select-field.tsx';

const TYPING_PAUSE_MS = 250;

export interface TokenFiltersProps {
  readonly kind: TokenKind;
  readonly filters: TokenFilterValues;
  /** The text of the search field, which the question follows after a pause. */
  readonly typed: string;
  readonly onType: (typed: string) => void;
  readonly onFilter: (name: TokenFilterName, value: string) => void;
}

/** Search as one types; filters by state and by the holder's enablement; the order. */
export function TokenFilters({ kind, filters, typed, onType, onFilter }: TokenFiltersProps) {
  const { t } = useTranslation();
  const apply = useRef(onFilter);
  apply.current = onFilter;

  useEffect(() => {
    if (typed === filters.q) return;
    const timer = setTimeout(() => apply.current('q', typed), TYPING_PAUSE_MS);
    return () => clearTimeout(timer);
  }, [typed, filters.q]);

  const selects = (
    <>
      <SelectField
        label={t('tokens.status')}
        value={filters.estado}
        options={[['', t('tokens.allStatuses')], ...TOKEN_STATUSES[kind].map((it) => [it, t(`status.${it}`)] as const)]}
        onChange={(value) => onFilter('estado', value)}
      />
      <SelectField
        label={t('list.holders')}
        value={filters.usuarios}
        options={[
          ['', t('list.allHolders')],
          ['habilitados', t('list.enabledHolders')],
          ['inhabilitados', t('list.disabledHolders')],
        ]}
        onChange={(value) => onFilter('usuarios', value)}
      />
      <SelectField
        label={t('list.order')}
        value={filters.orden}
        options={[
          ['', t('list.byName')],
          ['reciente', t('list.byChange')],
        ]}
        onChange={(value) => onFilter('orden', value)}
      />
    </>
  );
  return (
    <FilterPanel more={selects}>
      <SearchField className="field search" value={typed} onChange={onType} maxLength={100}>
        <Label className="label">{t('tokens.search')}</Label>
        <div className="search-box">
          <Icon name="search" />
          <Input className="input" placeholder={t('list.searchHint')} autoComplete="off" />
          <Button className="icon-button" aria-label={t('tokens.clear')}>
            <Icon name="cross" />
          </Button>
        </div>
      </SearchField>
    </FilterPanel>
  );
}
