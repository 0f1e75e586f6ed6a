import { useTranslation } from 'react-i18next';
import { Link } from 'wouter';
import { nameFully } from '../../../../shared/domain/full-name.ts';
import { useWorkplace } from '../../common/session-context.tsx';
import { formatMoment } from '../../common/time.ts';
import { Button } from '../../common/ui/button.tsx';
import type { Change, Token } from '../api-types.ts';
import { describeEnding, isRepeatable, tellEnding } from '../change-ending.ts';
import { prepareAgain } from '../open-draft.ts';
import { DIALOGS, PATHS } from '../paths.ts';
import { useMe, useReceipt } from '../queries.ts';
import { saveReceipt } from '../save-file.ts';
import { isStuck } from '../who-is-left.ts';
import { DeadEnd } from './nobody-left.tsx';
import { OwnActivation, useActivationRight } from './own-activation.tsx';
import { SupportLines } from './support-lines.tsx';

/** The outcome of a change, and the next step. */
export function ChangeOutcome({ change, token }: { change: Change; token: Token | undefined }) {
  const { t } = useTranslation();
  const me = useMe();
  const applied = change.status === 'APPLIED';
  const ending = describeEnding(change);
  const { session } = useWorkplace();
  const mayRepeat = isRepeatable(change, token, me.data?.user.userId, session.now());
  const requester = nameFully(change.requestedBy);
  const own = me.data?.user.userId === change.holder.userId && ending === 'APPLIED_RELEASE';
  const next = t(`change.next.${own ? 'APPLIED_RELEASE_OWN' : ending}`, { requester, defaultValue: '' });
  return (
    <div className="outcome">
      <Ending change={change} />
      {applied && token && isStuck(token) ? (
        <DeadEnd token={token} />
      ) : next && (mayRepeat || !NEXT_IS_TO_REPEAT.has(ending)) ? (
        <div className="outcome-next no-print">
          <h2>{t('change.how')}</h2>
          <p>{next}</p>
        </div>
      ) : null}
      {applied && token && change.action === 'RELEASE' ? <OwnActivation token={token} /> : null}
      {change.status === 'FAILED' || change.status === 'REJECTED' ? <SupportLines compact /> : null}
      {change.status === 'AUTHORIZED' ? <span className="spinner" aria-hidden="true" /> : null}
      <div className="outcome-actions no-print">
        <NextStep change={change} token={token} mayRepeat={mayRepeat} />
        <Link className="button button-secondary" href={PATHS.token(change.tokenId)}>
          {t('change.toToken')}
        </Link>
        {applied ? <Receipt changeId={change.changeId} /> : null}
        <Link className="quiet-link" href={PATHS.virtual}>
          {t('change.toTokens')}
        </Link>
      </div>
    </div>
  );
}

/** Endings after which the person may ask again. */
const NEXT_IS_TO_REPEAT = new Set(['EXPIRED', 'CANCELLED', 'REQUESTER_REMOVED']);

/** Which ending it was, by whom and, of a disowned change, until when its requester is suspended. */
function Ending({ change }: { change: Change }) {
  const { t, i18n } = useTranslation();
  const until = change.outcome?.suspendedUntil;
  const requester = nameFully(change.requestedBy);
  return (
    <>
      <p className="outcome-text">{tellEnding(change, t)}</p>
      {until ? <p>{t('change.suspended', { requester, date: formatMoment(until, i18n.language) })}</p> : null}
    </>
  );
}

/** The one thing that most people do next. */
function NextStep({ change, token, mayRepeat }: { change: Change; token: Token | undefined; mayRepeat: boolean }) {
  const { t } = useTranslation();
  const me = useMe();
  const right = useActivationRight(token);
  if (right.kind === 'mine' && change.status === 'APPLIED' && change.action === 'RELEASE') {
    return (
      <Link
        className="button button-primary"
        href={`${PATHS.token(change.tokenId)}?${DIALOGS.activation}=${change.tokenId}`}
      >
        {t('change.activation')}
      </Link>
    );
  }
  if (!mayRepeat) return null;
  return (
    <Link
      className="button button-primary"
      href={`${PATHS.virtual}?${DIALOGS.change}=${change.tokenId}`}
      onClick={() => prepareAgain(change, me.data?.user.userId ?? '')}
    >
      {t('change.again')}
    </Link>
  );
}

function Receipt({ changeId }: { changeId: string }) {
  const { t } = useTranslation();
  const receipt = useReceipt(changeId, true);
  return (
    <>
      {receipt.data ? (
        <>
          <Button icon="download" onPress={() => saveReceipt(changeId, receipt.data ?? '')}>
            {t('change.receipt')}
          </Button>
          <Link className="button button-secondary" href={PATHS.receipt(changeId)}>
            {t('change.readReceipt')}
          </Link>
        </>
      ) : null}
      <Button icon="print" onPress={() => window.print()}>
        {t('change.print')}
      </Button>
    </>
  );
}
