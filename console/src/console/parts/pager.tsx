import { useTranslation } from 'react-i18next';
import { Button } from '../../shared/ui/button.tsx';

export interface PagerProps {
  readonly page: number;
  readonly hasNext: boolean;
  readonly busy: boolean;
  readonly onPage: (page: number) => void;
}

/** One page back or forth; not there where one page is all. */
export function Pager({ page, hasNext, busy, onPage }: PagerProps) {
  const { t } = useTranslation();
  if (page === 0 && !hasNext) return null;
  return (
    <nav className="pager" aria-label={t('tokens.pages')}>
      <Button size="small" icon="back" isDisabled={page === 0} onPress={() => onPage(page - 1)}>
        {t('tokens.previous')}
      </Button>
      <span aria-live="polite">{t('tokens.page', { page: page + 1 })}</span>
      <Button size="small" icon="next" isDisabled={!hasNext || busy} onPress={() => onPage(page + 1)}>
        {t('tokens.next')}
      </Button>
    </nav>
  );
}
