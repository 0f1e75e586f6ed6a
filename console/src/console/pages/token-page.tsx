import '../styles/change-layer.css';
import { ApiProblemError } from '@llavero/client';
import { lazy, Suspense } from 'react';
import { useTranslation } from 'react-i18next';
import { Link, useSearchParams } from 'wouter';
import { nameFully } from '../../../../shared/domain/full-name.ts';
import { localized } from '../../common/i18n.ts';
import { formatDay, formatMoment } from '../../common/time.ts';
import { Button } from '../../common/ui/button.tsx';
import type { Action, Token, TokenEvent } from '../api-types.ts';
import { Empty } from '../parts/empty.tsx';
import { Loading } from '../parts/loading.tsx';
import { DeadEnd } from '../parts/nobody-left.tsx';
import { OwnActivation, useActivationRight } from '../parts/own-activation.tsx';
import { PageHeader } from '../parts/page-header.tsx';
import { PersonName } from '../parts/person-name.tsx';
import { ProblemNotice } from '../parts/problem-notice.tsx';
import { TokenBadge } from '../parts/status-badge.tsx';
import { asksForDialog, DIALOGS, PATHS } from '../paths.ts';
import { useEvents, useReasons, useToken } from '../queries.ts';
import { isStuck } from '../who-is-left.ts';

const TokenDialogs = lazy(async () => ({ default: (await import('../parts/token-dialogs.tsx')).TokenDialogs }));

/** One token: what it is now, what may be done with it, and everything that happened to it. */
export function TokenPage({ tokenId }: { tokenId: string }) {
  const { t } = useTranslation();
  const [parameters] = useSearchParams();
  const token = useToken(tokenId);
  const missing = token.error instanceof ApiProblemError && token.error.problem.code === 'NOT_FOUND';
  const name = token.data && nameFully(token.data.holder);
  return (
    <>
      <PageHeader
        title={name ? t('token.title', { name }) : t('nav.tokens')}
        trail={[
          { label: t('nav.administration') },
          token.data?.kind === 'PHYSICAL'
            ? { label: t('tokens.tabs.physical'), href: PATHS.physical }
            : { label: t('tokens.tabs.virtual'), href: PATHS.virtual },
          { label: t('token.history') },
        ]}
      />
      {missing ? (
        <Empty icon="info" title={t('token.notFound')}>
          <p>{t('token.notFoundText')}</p>
          <Link href={PATHS.virtual} className="button button-primary">
            {t('change.toTokens')}
          </Link>
        </Empty>
      ) : null}
      {token.error && !missing ? <ProblemNotice error={token.error} onRetry={() => void token.refetch()} /> : null}
      {token.isPending ? <Loading /> : null}
      {token.data ? (
        <div className="token-page">
          <TokenCard token={token.data} />
          <History tokenId={tokenId} />
        </div>
      ) : null}
      {asksForDialog(parameters) ? (
        <Suspense fallback={null}>
          <TokenDialogs />
        </Suspense>
      ) : null}
    </>
  );
}

function TokenCard({ token }: { token: Token }) {
  const { t, i18n } = useTranslation();
  const [, setParameters] = useSearchParams();
  const canActivate = useActivationRight(token).kind === 'mine';
  const virtual = token.kind === 'VIRTUAL';
  return (
    <section className="card">
      <dl className="facts">
        <dt>{t('token.status')}</dt>
        <dd>
          <TokenBadge status={token.status} />
        </dd>
        <dt>{t('token.holder')}</dt>
        <dd>
          <PersonName person={token.holder} />
          <span className="fact-note">{t(`role.${token.holder.role}`, { defaultValue: token.holder.role })}</span>
        </dd>
        <dt>{t('token.serial')}</dt>
        <dd className="code">{token.serial}</dd>
        {virtual ? (
          <>
            <dt>{t('token.phone')}</dt>
            <dd>
              {token.device?.name ?? t('tokens.noPhone')}
              {token.device ? (
                <span className="fact-note">
                  {t('tokens.enrolledOn', { date: formatDay(token.device.enrolledAt, i18n.language) })}
                </span>
              ) : null}
            </dd>
          </>
        ) : null}
      </dl>
      {virtual && isStuck(token) ? <DeadEnd token={token} /> : null}
      {virtual ? <OwnActivation token={token} /> : null}
      {virtual ? (
        <div className="card-actions">
          {token.pendingChange ? (
            <Link className="button button-primary" href={PATHS.change(token.pendingChange.changeId)}>
              {t('dialog.seePending')}
            </Link>
          ) : null}
          <Button onPress={() => setParameters({ [DIALOGS.change]: token.tokenId })}>{t('tokens.change')}</Button>
          {canActivate && !token.pendingChange ? (
            <Button icon="phone" onPress={() => setParameters({ [DIALOGS.activation]: token.tokenId })}>
              {t('activation.open')}
            </Button>
          ) : null}
        </div>
      ) : null}
    </section>
  );
}

function History({ tokenId }: { tokenId: string }) {
  const { t } = useTranslation();
  const events = useEvents(tokenId);
  const items = events.data?.pages.flatMap((page) => page.items) ?? [];
  return (
    <section className="card">
      <h2>{t('token.history')}</h2>
      {events.error ? <ProblemNotice error={events.error} onRetry={() => void events.refetch()} /> : null}
      {events.isPending ? <Loading /> : null}
      {events.data && items.length === 0 ? <p className="muted">{t('token.historyEmpty')}</p> : null}
      <ol className="history">
        {items.map((event) => (
          <HistoryItem key={event.seq} event={event} />
        ))}
      </ol>
      {events.hasNextPage ? (
        <Button size="small" isPending={events.isFetchingNextPage} onPress={() => void events.fetchNextPage()}>
          {t('token.more')}
        </Button>
      ) : null}
    </section>
  );
}

function HistoryItem({ event }: { event: TokenEvent }) {
  const { t, i18n } = useTranslation();
  const { actor, change } = event;
  const actorName = actor.fullName ?? t(actor.type === 'BANK' ? 'token.bank' : 'token.system');
  return (
    <li className="history-item">
      <p className="history-title">
        {t(`event.${event.type}`, { defaultValue: event.type })}
        {change ? (
          <>
            {': '}
            <Link href={PATHS.change(change.changeId)}>{t(`actionNoun.${change.action}`)}</Link>
          </>
        ) : null}
      </p>
      {change ? <HistoryReason change={change} /> : null}
      <p className="cell-quiet">
        <time dateTime={event.at}>{formatMoment(event.at, i18n.language)}</time> · {t('token.by', { name: actorName })}
      </p>
    </li>
  );
}

function HistoryReason({ change }: { change: NonNullable<TokenEvent['change']> }) {
  const { i18n } = useTranslation();
  const reasons = useReasons(change.action as Action);
  const reason = reasons.data?.find(({ code }) => code === change.reason);
  return (
    <p className="history-reason">
      {reason ? localized(reason.label, i18n.language) : change.reason}
      {change.note ? <span className="muted"> — {change.note}</span> : null}
    </p>
  );
}
