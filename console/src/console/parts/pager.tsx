import { useEffect, useId, useRef } from 'react';
import { useTranslation } from 'react-i18next';
import { Button } from '../../common/ui/button.tsx';
import { PAGE_SIZES } from '../list-address.ts';
import type { ListAddress } from '../use-list-address.ts';

export interface PagerProps {
  readonly address: ListAddress;
  readonly nextCursor: string | null;
  /** The page is on its way: it is not known yet what comes after it. */
  readonly busy: boolean;
}

/** One page back or forth, and how many rows one has. */
export function Pager({ address, nextCursor, busy }: PagerProps) {
  const { t } = useTranslation();
  const sizeId = useId();
  const { position, first, previous, next, resize } = address;
  const { page } = position;
  const pager = useRef<HTMLDivElement>(null);
  const shown = useRef(page);
  // The turned page is read from its table: the button that turned it may be of no more use.
  useEffect(() => {
    if (busy || shown.current === page) return;
    shown.current = page;
    const table = pager.current?.closest('section')?.querySelector('table');
    if (!table) return;
    table.tabIndex = -1;
    table.focus({ preventScroll: true });
    table.scrollIntoView({ block: 'nearest' });
  }, [page, busy]);
  return (
    <div ref={pager} className="pager">
      <div className="pager-size">
        <label htmlFor={sizeId}>{t('list.size')}</label>
        <select
          id={sizeId}
          className="input select"
          value={position.size}
          onChange={({ target }) => resize(Number(target.value))}
        >
          {PAGE_SIZES.map((size) => (
            <option key={size} value={size}>
              {size}
            </option>
          ))}
        </select>
      </div>
      {position.page > 1 || nextCursor !== null ? (
        <nav className="pager-pages" aria-label={t('tokens.pages')}>
          {position.page > 1 && (!previous || position.page > 2) ? (
            <Button size="small" onPress={first}>
              {t('list.first')}
            </Button>
          ) : null}
          <Button size="small" icon="back" isDisabled={!previous || busy} onPress={() => previous?.()}>
            {t('tokens.previous')}
          </Button>
          <span aria-live="polite">{t('tokens.page', { page: position.page })}</span>
          <Button
            size="small"
            icon="next"
            isDisabled={nextCursor === null || busy}
            onPress={() => nextCursor !== null && next(nextCursor)}
          >
            {t('tokens.next')}
          </Button>
        </nav>
      ) : null}
    </div>
  );
}
