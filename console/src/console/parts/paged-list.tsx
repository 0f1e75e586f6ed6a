import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { Button } from '../../common/ui/button.tsx';
import type { Page } from '../api-types.ts';
import { type ListAddress, useLostPosition } from '../use-list-address.ts';
import { Empty } from './empty.tsx';
import { Loading } from './loading.tsx';
import { Pager } from './pager.tsx';
import { ProblemNotice } from './problem-notice.tsx';

export interface PagedListProps<T> {
  readonly address: ListAddress;
  readonly list: {
    readonly data: Page<T> | undefined;
    readonly error: unknown;
    readonly isPending: boolean;
    readonly isPlaceholderData: boolean;
    readonly refetch: () => Promise<unknown>;
  };
  readonly filters: ReactNode;
  /** Beside the number of rows: what can be done with all of them. */
  readonly bar: ReactNode;
  readonly loading: string;
  readonly empty: { readonly title: string; readonly text: string };
  readonly renderRows: (items: readonly T[], stale: boolean) => ReactNode;
}

/** A list of which the address says the filters and the page. */
export function PagedList<T>({ address, list, filters, bar, loading, empty, renderRows }: PagedListProps<T>) {
  const { t } = useTranslation();
  useLostPosition(address, list);
  const { data } = list;
  const stale = list.isPlaceholderData;
  const isEmpty = data?.items.length === 0 && !data.nextCursor;
  return (
    <section className="card card-flush">
      {filters}
      <div className="list-bar">{bar}</div>
      {list.error ? <ProblemNotice error={list.error} onRetry={() => void list.refetch()} /> : null}
      {list.isPending ? <Loading label={loading} /> : null}
      {data && data.items.length > 0 ? renderRows(data.items, stale) : null}
      {isEmpty ? (
        address.isFiltered ? (
          <Empty icon="search" title={t('list.none')}>
            <Button onPress={address.clear}>{t('tokens.clearFilters')}</Button>
          </Empty>
        ) : (
          <Empty icon="history" title={empty.title}>
            <p>{empty.text}</p>
          </Empty>
        )
      ) : null}
      {data ? <Pager address={address} nextCursor={data.nextCursor} busy={stale} /> : null}
    </section>
  );
}
