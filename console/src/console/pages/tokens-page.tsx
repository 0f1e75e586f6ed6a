import { lazy, Suspense, useEffect, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useSearchParams } from 'wouter';
import { Button } from '../../common/ui/button.tsx';
import type { TokenKind } from '../api-types.ts';
import { ChoosePage } from '../parts/choose-page.tsx';
import { Empty } from '../parts/empty.tsx';
import { ExportCsv } from '../parts/export-csv.tsx';
import { KindTabs } from '../parts/kind-tabs.tsx';
import { Loading } from '../parts/loading.tsx';
import { Matches } from '../parts/matches.tsx';
import { PageHeader } from '../parts/page-header.tsx';
import { Pager } from '../parts/pager.tsx';
import { ProblemNotice } from '../parts/problem-notice.tsx';
import { TokenFilters } from '../parts/token-filters.tsx';
import { TokenTable } from '../parts/token-table.tsx';
import { asksForDialog, BULK_DIALOG } from '../paths.ts';
import { useTokens } from '../queries.ts';
import { buildTokenQuery, TOKEN_FILTERS } from '../token-question.ts';
import { useListAddress, useLostPosition } from '../use-list-address.ts';
import { useSelection } from '../use-selection.ts';

const BulkBar = lazy(async () => ({ default: (await import('../parts/bulk-bar.tsx')).BulkBar }));
const BulkDialogs = lazy(async () => ({ default: (await import('../parts/bulk-dialogs.tsx')).BulkDialogs }));
const TokenDialogs = lazy(async () => ({ default: (await import('../parts/token-dialogs.tsx')).TokenDialogs }));

/** The tokens of the company's users, virtual or physical. */
export function TokensPage({ kind }: { kind: TokenKind }) {
  const { t } = useTranslation();
  const [parameters] = useSearchParams();
  const label = t(kind === 'VIRTUAL' ? 'tokens.tabs.virtual' : 'tokens.tabs.physical');
  return (
    <>
      <PageHeader
        title={t('tokens.title')}
        intro={t('tokens.intro')}
        trail={[{ label: t('nav.administration') }, { label: t('nav.tokens') }, { label }]}
      />
      <KindTabs kind={kind}>
        <TokenList key={kind} kind={kind} />
      </KindTabs>
      {asksForDialog(parameters) ? (
        <Suspense fallback={null}>
          <TokenDialogs />
        </Suspense>
      ) : null}
    </>
  );
}

function TokenList({ kind }: { kind: TokenKind }) {
  const { t } = useTranslation();
  const address = useListAddress(kind, TOKEN_FILTERS);
  const [parameters] = useSearchParams();
  const { filters, position, isFiltered } = address;
  const [typed, setTyped] = useState(filters.q);
  const query = buildTokenQuery(kind, filters);
  const selection = useSelection(JSON.stringify(query));
  const tokens = useTokens(query, position);
  useLostPosition(address, tokens);
  // Going back, or another filter's removal, changes what was searched for elsewhere than in the field.
  useEffect(() => setTyped(filters.q), [filters.q]);

  const { data } = tokens;
  // From the first letter on, the rows are those of another question.
  const stale = tokens.isPlaceholderData || typed !== filters.q;
  return (
    <section className="card card-flush">
      <TokenFilters kind={kind} filters={filters} typed={typed} onType={setTyped} onFilter={address.filter} />
      {tokens.error ? <ProblemNotice error={tokens.error} onRetry={() => void tokens.refetch()} /> : null}
      <div className="list-bar">
        <Matches query={query} stale={stale} />
        {kind === 'VIRTUAL' && data && data.items.length > 0 ? (
          <ChoosePage tokens={data.items} stale={stale} selection={selection} />
        ) : null}
        <ExportCsv list="/tokens" query={query} />
      </div>
      {kind === 'VIRTUAL' && !stale && selection.chosen.length > 0 ? (
        <Suspense fallback={null}>
          <BulkBar selection={selection} query={query} />
        </Suspense>
      ) : null}
      {kind === 'VIRTUAL' && parameters.has(BULK_DIALOG) ? (
        <Suspense fallback={null}>
          <BulkDialogs selection={selection} />
        </Suspense>
      ) : null}
      {tokens.isPending ? <Loading /> : null}
      {data && data.items.length > 0 ? (
        <TokenTable tokens={data.items} kind={kind} stale={stale} selection={selection} />
      ) : null}
      {data?.items.length === 0 && !data.nextCursor ? (
        <NoTokens isFiltered={isFiltered} onClear={address.clear} />
      ) : null}
      {data ? <Pager address={address} nextCursor={data.nextCursor} busy={stale} /> : null}
      {kind === 'PHYSICAL' ? <p className="card-note">{t('tokens.physicalNote')}</p> : null}
    </section>
  );
}

function NoTokens({ isFiltered, onClear }: { isFiltered: boolean; onClear: () => void }) {
  const { t } = useTranslation();
  return isFiltered ? (
    <Empty icon="search" title={t('tokens.none')}>
      <p>{t('tokens.noneText')}</p>
      <Button onPress={onClear}>{t('tokens.clearFilters')}</Button>
    </Empty>
  ) : (
    <Empty icon="key" title={t('tokens.empty')}>
      <p>{t('tokens.emptyText')}</p>
    </Empty>
  );
}
