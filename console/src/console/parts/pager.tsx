import { useEffect, useRef } from 'react';
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
  const pager = useRef<HTMLElement>(null);
  const shown = useRef(page);
  // The turned page is read from its table: the button that turned it may be of no more use.
  useEffect(() => {
    if (shown.current === page) return;
    shown.current = page;
    const table = pager.current?.closest('section')?.querySelector('table');
    if (!table) return;
    table.tabIndex = -1;
    table.focus({ preventScroll: true });
    table.scrollIntoView({ block: 'nearest' });
  }, [page]);
  if (page === 0 && !hasNext) return null;
  return (
    <nav ref={pager} className="pager" aria-label={t('tokens.pages')}>
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
