import { useTranslation } from 'react-i18next';
import { Link } from 'wouter';
import { nameFully } from '../../../../shared/domain/full-name.ts';
import { localized } from '../../common/i18n.ts';
import { formatMoment } from '../../common/time.ts';
import type { Change } from '../api-types.ts';
import { ACTIONS, buildChangeQuery, CHANGE_FILTERS, CHANGE_STATUSES } from '../change-question.ts';
import { DayFields } from '../parts/day-fields.tsx';
import { ExportCsv } from '../parts/export-csv.tsx';
import { FilterPanel } from '../parts/filter-panel.tsx';
import { ListTable } from '../parts/list-table.tsx';
import { PageHeader } from '../parts/page-header.tsx';
import { PagedList } from '../parts/paged-list.tsx';
import { SelectField } from '../parts/select-field.tsx';
import { ChangeBadge } from '../parts/status-badge.tsx';
import { TokenPicker } from '../parts/token-picker.tsx';
import { PATHS } from '../paths.ts';
import { useAllReasons, useChanges, useReasons } from '../queries.ts';
import { useListAddress } from '../use-list-address.ts';

/** The company's changes, newest first. */
export function ChangesPage() {
  const { t, i18n } = useTranslation();
  const address = useListAddress('changes', CHANGE_FILTERS);
  const { filters, filter } = address;
  const query = buildChangeQuery(filters);
  const reasons = useAllReasons(query.action);
  const more = (
    <>
      <SelectField
        label={t('changes.state')}
        value={filters.estado}
        options={[['', t('changes.all')], ...CHANGE_STATUSES.map((it) => [it, t(`change.status.${it}`)] as const)]}
        onChange={(value) => filter('estado', value)}
      />
      <SelectField
        label={t('dialog.action')}
        value={filters.accion}
        options={[['', t('list.all')], ...ACTIONS.map((it) => [it, t(`actionNoun.${it}`)] as const)]}
        onChange={(value) => filter('accion', value)}
      />
      <SelectField
        label={t('changes.reason')}
        value={filters.causal}
        options={[
          ['', t('list.all')],
          ...(reasons.data ?? []).map(({ code, label }) => [code, localized(label, i18n.language)] as const),
        ]}
        onChange={(value) => filter('causal', value)}
      />
      <TokenPicker tokenId={filters.token} virtualOnly onChoose={(tokenId) => filter('token', tokenId)} />
      <DayFields first={filters.de} last={filters.hasta} onChange={filter} />
    </>
  );
  return (
    <>
      <PageHeader
        title={t('changes.title')}
        intro={t('changes.intro')}
        trail={[{ label: t('nav.administration') }, { label: t('nav.changes') }]}
      />
      <PagedList
        address={address}
        list={useChanges(query, address.position)}
        filters={<FilterPanel more={more} />}
        bar={<ExportCsv list="/changes" query={query} />}
        loading={t('changes.loading')}
        empty={{ title: t('changes.empty'), text: t('changes.emptyText') }}
        renderRows={(changes, stale) => <ChangeTable changes={changes} stale={stale} />}
      />
    </>
  );
}

function ChangeTable({ changes, stale }: { changes: readonly Change[]; stale: boolean }) {
  const { t } = useTranslation();
  const headings = (['change', 'reason', 'state', 'by', 'at'] as const).map((heading) => t(`changes.${heading}`));
  return (
    <ListTable label={t('changes.table')} headings={headings} stale={stale}>
      {changes.map((change) => (
        <ChangeRow key={change.changeId} change={change} />
      ))}
    </ListTable>
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
