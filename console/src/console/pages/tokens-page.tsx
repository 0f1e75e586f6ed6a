import { lazy, Suspense, useEffect, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useSearchParams } from 'wouter';
import { Button } from '../../shared/ui/button.tsx';
import type { TokenKind } from '../api-types.ts';
import { Empty } from '../parts/empty.tsx';
import { KindTabs } from '../parts/kind-tabs.tsx';
import { Loading } from '../parts/loading.tsx';
import { PageHeader } from '../parts/page-header.tsx';
import { Pager } from '../parts/pager.tsx';
import { ProblemNotice } from '../parts/problem-notice.tsx';
import { STATUSES, TokenFilters } from '../parts/token-filters.tsx';
import { TokenTable } from '../parts/token-table.tsx';
import { asksForDialog } from '../paths.ts';
import { useTokens } from '../queries.ts';

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
  const [parameters, setParameters] = useSearchParams();
  const q = parameters.get('q') ?? '';
  const status = STATUSES[kind].find((it) => it === parameters.get('estado')) ?? '';
  const [page, setPage] = useState(0);
  const tokens = useTokens(kind, status, q);
  const shown = tokens.data?.pages[page];

  const filter = (name: 'q' | 'estado', value: string): void => {
    setPage(0);
    setParameters(
      (previous) => {
        const next = new URLSearchParams(previous);
        if (value) next.set(name, value);
        else next.delete(name);
        return next;
      },
      { replace: true },
    );
  };
  const clear = (): void => {
    setPage(0);
    setParameters({}, { replace: true });
  };

  // A list that has become shorter has no such page any more.
  useEffect(() => {
    if (tokens.data && !tokens.isFetching && page >= tokens.data.pages.length) setPage(0);
  }, [tokens.data, tokens.isFetching, page]);

  const turnTo = async (target: number): Promise<void> => {
    if (!tokens.data?.pages[target]) await tokens.fetchNextPage();
    setPage(target);
  };

  return (
    <section className="card card-flush">
      <TokenFilters kind={kind} q={q} status={status} onFilter={filter} />
      {tokens.error ? <ProblemNotice error={tokens.error} onRetry={() => void tokens.refetch()} /> : null}
      {tokens.isPending ? <Loading /> : null}
      {shown && shown.items.length > 0 ? (
        <TokenTable tokens={shown.items} kind={kind} stale={tokens.isPlaceholderData} />
      ) : null}
      {shown && shown.items.length === 0 && !shown.nextCursor ? (
        q || status ? (
          <Empty icon="search" title={t('tokens.none')}>
            <p>{t('tokens.noneText')}</p>
            <Button onPress={clear}>{t('tokens.clearFilters')}</Button>
          </Empty>
        ) : (
          <Empty icon="key" title={t('tokens.empty')}>
            <p>{t('tokens.emptyText')}</p>
          </Empty>
        )
      ) : null}
      {shown ? (
        <Pager
          page={page}
          hasNext={shown.nextCursor !== null}
          busy={tokens.isFetchingNextPage}
          onPage={(target) => void turnTo(target)}
        />
      ) : null}
      {kind === 'PHYSICAL' ? <p className="card-note">{t('tokens.physicalNote')}</p> : null}
    </section>
  );
}
