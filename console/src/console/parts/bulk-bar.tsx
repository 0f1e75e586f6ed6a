import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useSearchParams } from 'wouter';
import { Button } from '../../common/ui/button.tsx';
import type { TokenQuery } from '../api-types.ts';
import { type BulkAction, MOST_CHOSEN } from '../bulk-choice.ts';
import { BULK_DIALOG } from '../paths.ts';
import { useReadMatching } from '../queries.ts';
import type { Selection } from '../use-selection.ts';
import { ProblemNotice } from './problem-notice.tsx';

/** Offers what can be done with the chosen rows, and says why not more than that. */
export function BulkBar({ selection, query }: { selection: Selection; query: TokenQuery }) {
  const { t, i18n } = useTranslation();
  const [, setParameters] = useSearchParams();
  const readMatching = useReadMatching(query, MOST_CHOSEN);
  const [isCut, setCut] = useState(false);
  const count = selection.chosen.length;
  const number = new Intl.NumberFormat(i18n.language === 'en' ? 'en-GB' : 'es-CO').format(count);
  const open = (action: BulkAction): void =>
    setParameters((previous) => {
      const next = new URLSearchParams(previous);
      next.set(BULK_DIALOG, action);
      return next;
    });
  const chooseAll = (): void =>
    readMatching.mutate(undefined, {
      onSuccess: ({ tokens, more }) => {
        selection.choose(tokens, true);
        setCut(more);
      },
    });
  return (
    <section className="bulk-bar" aria-label={t('bulk.label')}>
      <p role="status">
        <strong>{t('bulk.chosen', { count, number })}</strong>
        {isCut ? ` ${t('bulk.most')}` : null}
      </p>
      <div className="bulk-actions">
        <Button size="small" variant="danger" icon="lock" onPress={() => open('block')}>
          {t('bulk.block')}
        </Button>
        <Button size="small" icon="phone" onPress={() => open('codes')}>
          {t('bulk.codes')}
        </Button>
        <Button size="small" isPending={readMatching.isPending} onPress={chooseAll}>
          {t(readMatching.isPending ? 'state.loading' : 'bulk.chooseAll')}
        </Button>
        <Button size="small" onPress={selection.clear}>
          {t('bulk.clear')}
        </Button>
      </div>
      <p className="muted">{t('bulk.oneByOne')}</p>
      {readMatching.error ? <ProblemNotice error={readMatching.error} onRetry={chooseAll} /> : null}
    </section>
  );
}
