import '../styles/change-layer.css';
import { ApiProblemError } from '@llavero/client';
import { useCallback } from 'react';
import { useTranslation } from 'react-i18next';
import { Link } from 'wouter';
import { nameFully } from '../../../../shared/domain/full-name.ts';
import { useWorkplace } from '../../common/session-context.tsx';
import { formatMoment, useNow } from '../../common/time.ts';
import { Notice } from '../../common/ui/notice.tsx';
import { announce } from '../announcement.ts';
import type { Change } from '../api-types.ts';
import { ChangeFacts } from '../parts/change-facts.tsx';
import { ChangeOutcome } from '../parts/change-outcome.tsx';
import { ChangeSteps } from '../parts/change-steps.tsx';
import { Empty } from '../parts/empty.tsx';
import { HeldChange } from '../parts/held-change.tsx';
import { Loading } from '../parts/loading.tsx';
import { PageHeader } from '../parts/page-header.tsx';
import { ProblemNotice } from '../parts/problem-notice.tsx';
import { CHANGE_TONES } from '../parts/status-badge.tsx';
import { PATHS } from '../paths.ts';
import { isOpen, useChange, useFollowChange, useToken } from '../queries.ts';

/** One change, live from its request to its outcome. */
export function ChangePage({ changeId }: { changeId: string }) {
  const { t, i18n } = useTranslation();
  const { data: change, error, refetch } = useChange(changeId);
  const token = useToken(change?.tokenId);
  useFollowChange(change);
  const missing = error instanceof ApiProblemError && error.problem.code === 'NOT_FOUND';
  const title = change
    ? t('change.title', { action: t(`actionNoun.${change.action}`), name: nameFully(change.holder) })
    : t('change.titleShort');
  return (
    <>
      <PageHeader
        title={title}
        trail={[
          { label: t('nav.administration') },
          { label: t('nav.changes'), href: PATHS.changes },
          { label: t('change.titleShort') },
        ]}
      />
      {missing ? (
        <Empty icon="info" title={t('change.notFound')}>
          <p>{t('change.notFoundText')}</p>
          <Link href={PATHS.virtual} className="button button-primary">
            {t('change.toTokens')}
          </Link>
        </Empty>
      ) : null}
      {/* What is known stays in sight while the service cannot be asked. */}
      {error && !missing ? <ProblemNotice error={error} onRetry={() => void refetch()} /> : null}
      {!change && !error ? <Loading /> : null}
      <LiveStatus change={change} />
      {change ? (
        <div className="change-page">
          <section className="card change-live">
            <StatusLine change={change} />
            <ChangeSteps change={change} />
            {change.status === 'PENDING_AUTHORIZATION' ? (
              <HeldChange change={change} token={token.data} />
            ) : (
              <ChangeOutcome change={change} token={token.data} />
            )}
          </section>
          <ChangeFacts change={change} token={token.data} />
          <p className="print-only">
            {change.status === 'PENDING_AUTHORIZATION' ? `${t('change.paperNoCode')} ` : ''}
            {t('change.printedAt', { date: formatMoment(new Date().toISOString(), i18n.language) })}
          </p>
        </div>
      ) : null}
    </>
  );
}

/** Says the status to whoever listens: from a place that was there before, since a new one is not always read. */
function LiveStatus({ change }: { change: Change | undefined }) {
  const { t } = useTranslation();
  const { session } = useWorkplace();
  const clock = useCallback(() => session.now(), [session]);
  const now = useNow(clock, change?.status === 'PENDING_AUTHORIZATION');
  const said = change && announce(change.status, change.authorization?.expiresAt, now);
  return (
    <p className="visually-hidden" role="status" data-live>
      {said ? t(`change.status.${said.status}`, { defaultValue: said.status }) : ''}
      {said?.lastMinute ? `. ${t('change.lastMinute')}` : ''}
    </p>
  );
}

function StatusLine({ change }: { change: Change }) {
  const { t } = useTranslation();
  return (
    <div className="status-line" data-status={change.status}>
      <Notice
        {...(isOpen(change.status) ? { icon: 'clock' as const } : {})}
        tone={CHANGE_TONES[change.status] ?? 'neutral'}
        title={t(`change.status.${change.status}`, { defaultValue: change.status })}
      />
    </div>
  );
}
