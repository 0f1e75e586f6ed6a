import { useId, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { Link, useSearchParams } from 'wouter';
import { nameFully } from '../../../../shared/domain/full-name.ts';
import { localized } from '../../shared/i18n.ts';
import { formatMoment } from '../../shared/time.ts';
import type { Change, ChangeStatus } from '../api-types.ts';
import { Empty } from '../parts/empty.tsx';
import { Loading } from '../parts/loading.tsx';
import { PageHeader } from '../parts/page-header.tsx';
import { Pager } from '../parts/pager.tsx';
import { ProblemNotice } from '../parts/problem-notice.tsx';
import { CHANGE_TONES, ChangeBadge } from '../parts/status-badge.tsx';
import { PATHS } from '../paths.ts';
import { useChanges, useReasons } from '../queries.ts';

const STATUSES = Object.keys(CHANGE_TONES) as ChangeStatus[];

/** The company's changes, newest first. */
export function ChangesPage() {
  const { t } = useTranslation();
  const [parameters, setParameters] = useSearchParams();
  const status = STATUSES.find((it) => it === parameters.get('estado')) ?? '';
  const [page, setPage] = useState(0);
  const selectId = useId();
  const changes = useChanges(status);
  const shown = changes.data?.pages[page];
  const turnTo = async (target: number): Promise<void> => {
    if (!changes.data?.pages[target]) await changes.fetchNextPage();
    setPage(target);
  };
  return (
    <>
      <PageHeader
        title={t('changes.title')}
        intro={t('changes.intro')}
        trail={[{ label: t('nav.administration') }, { label: t('nav.changes') }]}
      />
      <section className="card card-flush">
        <div className="filters">
          <div className="field">
            <label className="label" htmlFor={selectId}>
              {t('changes.state')}
            </label>
            <select
              id={selectId}
              className="input select"
              value={status}
              onChange={({ target }) => {
                setPage(0);
                setParameters(target.value ? { estado: target.value } : {}, { replace: true });
              }}
            >
              <option value="">{t('changes.all')}</option>
              {STATUSES.map((it) => (
                <option key={it} value={it}>
                  {t(`change.status.${it}`)}
                </option>
              ))}
            </select>
          </div>
        </div>
        {changes.error ? <ProblemNotice error={changes.error} onRetry={() => void changes.refetch()} /> : null}
        {changes.isPending ? <Loading label={t('changes.loading')} /> : null}
        {shown && shown.items.length > 0 ? (
          <ChangeTable changes={shown.items} stale={changes.isPlaceholderData} />
        ) : null}
        {shown && shown.items.length === 0 && !shown.nextCursor ? (
          <Empty icon="history" title={t(status ? 'changes.none' : 'changes.empty')}>
            {status ? null : <p>{t('changes.emptyText')}</p>}
          </Empty>
        ) : null}
        {shown ? (
          <Pager
            page={page}
            hasNext={shown.nextCursor !== null}
            busy={changes.isFetchingNextPage}
            onPage={(target) => void turnTo(target)}
          />
        ) : null}
      </section>
    </>
  );
}

function ChangeTable({ changes, stale }: { changes: readonly Change[]; stale: boolean }) {
  const { t } = useTranslation();
  const headings = ['change', 'reason', 'state', 'by', 'at'] as const;
  return (
    <table className="table" aria-label={t('changes.table')} aria-busy={stale} data-stale={stale}>
      <thead>
        <tr>
          {headings.map((heading) => (
            <th key={heading} scope="col">
              {t(`changes.${heading}`)}
            </th>
          ))}
        </tr>
      </thead>
      <tbody>
        {changes.map((change) => (
          <ChangeRow key={change.changeId} change={change} />
        ))}
      </tbody>
    </table>
  );
}

function ChangeRow({ change }: { change: Change }) {
  const { t, i18n } = useTranslation();
  const reasons = useReasons(change.action);
  const reason = reasons.data?.find(({ code }) => code === change.reason);
  return (
    <tr>
      <th scope="row" className="cell-user">
        <Link href={PATHS.change(change.changeId)} className="cell-strong">
          {t(`actionNoun.${change.action}`)}
        </Link>
        <span className="cell-quiet">{nameFully(change.holder)}</span>
      </th>
      <td data-label={t('changes.reason')}>{reason ? localized(reason.label, i18n.language) : change.reason}</td>
      <td data-label={t('changes.state')}>
        <ChangeBadge status={change.status} />
      </td>
      <td data-label={t('changes.by')}>{nameFully(change.requestedBy)}</td>
      <td data-label={t('changes.at')} className="cell-quiet cell-moment">
        {formatMoment(change.createdAt, i18n.language)}
      </td>
    </tr>
  );
}
