import { useTranslation } from 'react-i18next';
import { Link, useSearchParams } from 'wouter';
import { nameFully } from '../../../../shared/domain/full-name.ts';
import { formatDay, formatMoment } from '../../common/time.ts';
import { Badge } from '../../common/ui/badge.tsx';
import { Button } from '../../common/ui/button.tsx';
import { Icon } from '../../common/ui/icon.tsx';
import type { ListedToken, TokenKind } from '../api-types.ts';
import { DIALOGS, PATHS } from '../paths.ts';
import type { Selection } from '../use-selection.ts';
import { ListTable } from './list-table.tsx';
import { TokenBadge } from './status-badge.tsx';

export interface TokenTableProps {
  readonly tokens: readonly ListedToken[];
  readonly kind: TokenKind;
  /** Rows of the search before, while those of this one are on their way. */
  readonly stale: boolean;
  readonly selection: Selection;
}

/** One row per token; on a narrow screen each row is a card. The roles survive the change of layout. */
export function TokenTable({ tokens, kind, stale, selection }: TokenTableProps) {
  const { t } = useTranslation();
  const virtual = kind === 'VIRTUAL';
  const headings = ['user', 'status', virtual ? 'phone' : 'serial', 'updated', 'actions'] as const;
  const choice = virtual ? (
    <th scope="col" className="cell-choice">
      <span className="visually-hidden">{t('bulk.choose')}</span>
    </th>
  ) : null;
  return (
    <ListTable
      label={t('tokens.table')}
      headings={headings.map((heading) => t(`tokens.${heading}`))}
      choice={choice}
      stale={stale}
    >
      {tokens.map((token) => (
        <TokenRow key={token.tokenId} token={token} virtual={virtual} selection={selection} />
      ))}
    </ListTable>
  );
}

interface TokenRowProps {
  readonly token: ListedToken;
  readonly virtual: boolean;
  readonly selection: Selection;
}

function TokenRow({ token, virtual, selection }: TokenRowProps) {
  const { t, i18n } = useTranslation();
  const { holder } = token;
  return (
    <tr>
      {virtual ? (
        <td className="cell-choice">
          <label className="choice-box">
            <input
              type="checkbox"
              checked={selection.has(token.tokenId)}
              onChange={({ target }) => selection.choose([token], target.checked)}
            />
            <span className="visually-hidden">{`${t('bulk.choose')}: ${nameFully(holder)}`}</span>
          </label>
        </td>
      ) : null}
      <th scope="row" className="cell-user">
        <span className="cell-strong">{holder.fullName}</span>
        <span className="cell-quiet">
          {holder.username} · {t(`role.${holder.role}`, { defaultValue: holder.role })}
        </span>
        {holder.enabled ? null : <Badge tone="neutral">{t('person.disabled')}</Badge>}
      </th>
      <td data-label={t('tokens.status')}>
        <span className="cell-stack">
          <TokenBadge status={token.status} />
          <PendingLink token={token} />
        </span>
      </td>
      <td data-label={t(virtual ? 'tokens.phone' : 'tokens.serial')}>
        {virtual ? <DeviceCell token={token} /> : <span className="code">{token.serial}</span>}
      </td>
      <td data-label={t('tokens.updated')} className="cell-quiet cell-moment">
        {formatMoment(token.updatedAt, i18n.language)}
      </td>
      <td className="cell-actions">
        <RowActions token={token} virtual={virtual} />
      </td>
    </tr>
  );
}

function PendingLink({ token: { pendingChange } }: { token: ListedToken }) {
  const { t } = useTranslation();
  if (!pendingChange) return null;
  const held = pendingChange.status === 'PENDING_AUTHORIZATION';
  return (
    <Link className="pending-link" href={PATHS.change(pendingChange.changeId)}>
      <Icon name="clock" />
      {t(held ? 'tokens.pending' : 'tokens.pendingAuthorized', { action: t(`actionNoun.${pendingChange.action}`) })}
    </Link>
  );
}

function DeviceCell({ token: { device } }: { token: ListedToken }) {
  const { t, i18n } = useTranslation();
  if (!device) return <span className="cell-quiet">{t('tokens.noPhone')}</span>;
  return (
    <span className="cell-stack">
      <span>{device.name}</span>
      <span className="cell-quiet">
        {t('tokens.enrolledOn', { date: formatDay(device.enrolledAt, i18n.language) })}
      </span>
    </span>
  );
}

function RowActions({ token, virtual }: { token: ListedToken; virtual: boolean }) {
  const { t } = useTranslation();
  const [, setParameters] = useSearchParams();
  const { holder } = token;
  const open = (dialog: string): void =>
    setParameters((previous) => {
      const next = new URLSearchParams(previous);
      next.set(dialog, token.tokenId);
      return next;
    });
  // Who may create the code of one's own token, the dialog says.
  const enrollable = token.status === 'PENDING_ENROLLMENT' || token.status === 'RELEASED';
  return (
    <div className="row-actions">
      {virtual ? (
        <Button
          size="small"
          aria-label={`${t('tokens.change')}: ${nameFully(holder)}`}
          onPress={() => open(DIALOGS.change)}
        >
          {t('tokens.change')}
        </Button>
      ) : null}
      {enrollable ? (
        <Button
          size="small"
          aria-label={`${t('activation.open')}: ${nameFully(holder)}`}
          onPress={() => open(DIALOGS.activation)}
        >
          {t('activation.open')}
        </Button>
      ) : null}
      <Link
        href={PATHS.token(token.tokenId)}
        className="quiet-link"
        aria-label={`${t('tokens.history')}: ${nameFully(holder)}`}
      >
        {t('tokens.history')}
      </Link>
    </div>
  );
}
