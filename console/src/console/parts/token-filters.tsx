import { useEffect, useId, useRef } from 'react';
import { useTranslation } from 'react-i18next';
import { Icon } from '../../common/ui/icon.tsx';
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
      <SearchField typed={typed} onType={onType} />
    </FilterPanel>
  );
}

function SearchField({ typed, onType }: Pick<TokenFiltersProps, 'typed' | 'onType'>) {
  const { t } = useTranslation();
  const id = useId();
  const input = useRef<HTMLInputElement>(null);
  const clear = (): void => {
    onType('');
    input.current?.focus();
  };
  return (
    <div className="field search">
      <label className="label" htmlFor={id}>
        {t('tokens.search')}
      </label>
      <div className="search-box">
        <Icon name="search" />
        <input
          id={id}
          ref={input}
          type="search"
          className="input"
          value={typed}
          maxLength={100}
          autoComplete="off"
          placeholder={t('list.searchHint')}
          onChange={({ target }) => onType(target.value)}
        />
        {typed === '' ? null : (
          <button type="button" className="icon-button" aria-label={t('tokens.clear')} onClick={clear}>
            <Icon name="cross" />
          </button>
        )}
      </div>
    </div>
  );
}
