import { useTranslation } from 'react-i18next';
import { Link } from 'wouter';
import { localized } from '../../common/i18n.ts';
import { formatMoment } from '../../common/time.ts';
import type { Action, CompanyEvent } from '../api-types.ts';
import { buildEventQuery, EVENT_FILTERS, EVENT_TYPES } from '../event-question.ts';
import { DayFields } from '../parts/day-fields.tsx';
import { ExportCsv } from '../parts/export-csv.tsx';
import { FilterPanel } from '../parts/filter-panel.tsx';
import { ListTable } from '../parts/list-table.tsx';
import { PageHeader } from '../parts/page-header.tsx';
import { PagedList } from '../parts/paged-list.tsx';
import { SelectField } from '../parts/select-field.tsx';
import { TokenPicker } from '../parts/token-picker.tsx';
import { PATHS } from '../paths.ts';
import { useCompanyEvents, useKnownToken, useReasons } from '../queries.ts';
import { useListAddress } from '../use-list-address.ts';

/** The record of the whole company, newest first. */
export function RecordPage() {
  const { t } = useTranslation();
  const address = useListAddress('events', EVENT_FILTERS);
  const { filters, filter } = address;
  const query = buildEventQuery(filters);
  const more = (
    <>
      <DayFields first={filters.de} last={filters.hasta} onChange={filter} />
      <TokenPicker tokenId={filters.token} onChoose={(tokenId) => filter('token', tokenId)} />
      <SelectField
        label={t('record.type')}
        value={filters.tipo}
        options={[['', t('list.all')], ...EVENT_TYPES.map((it) => [it, t(`event.${it}`)] as const)]}
        onChange={(value) => filter('tipo', value)}
      />
    </>
  );
  return (
    <>
      <PageHeader
        title={t('record.title')}
        intro={t('record.intro')}
        trail={[{ label: t('nav.administration') }, { label: t('record.title') }]}
      />
      <PagedList
        address={address}
        list={useCompanyEvents(query, address.position)}
        filters={<FilterPanel more={more} />}
        bar={<ExportCsv list="/events" query={query} />}
        loading={t('record.loading')}
        empty={{ title: t('record.empty'), text: t('record.emptyText') }}
        renderRows={(events, stale) => <EventTable events={events} stale={stale} />}
      />
    </>
  );
}

function EventTable({ events, stale }: { events: readonly CompanyEvent[]; stale: boolean }) {
  const { t } = useTranslation();
  const headings = (['event', 'token', 'by', 'at'] as const).map((heading) => t(`record.${heading}`));
  return (
    <ListTable label={t('record.title')} headings={headings} stale={stale}>
      {events.map((event) => (
        <EventRow key={`${event.tokenId} ${event.seq}`} event={event} />
      ))}
    </ListTable>
  );
}

function EventRow({ event: { type, tokenId, actor, change, at } }: { event: CompanyEvent }) {
  const { t, i18n } = useTranslation();
  return (
    <tr>
      <th scope="row" className="cell-user">
        <span className="cell-strong">{t(`event.${type}`, { defaultValue: type })}</span>
        {change ? <EventChange change={change} /> : null}
      </th>
      <td data-label={t('record.token')}>{tokenId === null ? t('record.company') : <TokenCell tokenId={tokenId} />}</td>
      <td data-label={t('record.by')}>{actor.fullName ?? t(actor.type === 'BANK' ? 'token.bank' : 'token.system')}</td>
      <td data-label={t('record.at')} className="cell-quiet cell-moment">
        {formatMoment(at, i18n.language)}
      </td>
    </tr>
  );
}

function EventChange({ change }: { change: NonNullable<CompanyEvent['change']> }) {
  const { t, i18n } = useTranslation();
  const reasons = useReasons(change.action as Action);
  const reason = reasons.data?.find(({ code }) => code === change.reason);
  return (
    <span className="cell-quiet">
      <Link href={PATHS.change(change.changeId)}>{t(`actionNoun.${change.action}`)}</Link>
      {` · ${reason ? localized(reason.label, i18n.language) : change.reason}`}
    </span>
  );
}

function TokenCell({ tokenId }: { tokenId: string }) {
  const { t } = useTranslation();
  const { data } = useKnownToken(tokenId);
  return (
    <span className="cell-stack">
      <Link href={PATHS.token(tokenId)}>{data?.holder.fullName ?? t('record.seeToken')}</Link>
      {data ? (
        <span className="cell-quiet">
          {data.holder.username} · {data.serial}
        </span>
      ) : null}
    </span>
  );
}
