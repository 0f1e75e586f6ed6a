import { useTranslation } from 'react-i18next';
import type { ListedToken } from '../api-types.ts';
import type { Selection } from '../use-selection.ts';

export interface ChoosePageProps {
  readonly tokens: readonly ListedToken[];
  /** Rows of another question cannot be chosen. */
  readonly stale: boolean;
  readonly selection: Selection;
}

/** Chooses every row of the page, or none of them. */
export function ChoosePage({ tokens, stale, selection }: ChoosePageProps) {
  const { t } = useTranslation();
  return (
    <label className="choose-page">
      <input
        type="checkbox"
        disabled={stale}
        checked={tokens.every(({ tokenId }) => selection.has(tokenId))}
        onChange={({ target }) => selection.choose(tokens, target.checked)}
      />
      {t('bulk.choosePage')}
    </label>
  );
}
