import { useTranslation } from 'react-i18next';
import { Link } from 'wouter';
import { Button } from '../../shared/ui/button.tsx';
import type { Change, Token } from '../api-types.ts';
import { DIALOGS, PATHS } from '../paths.ts';
import { useReceipt } from '../queries.ts';
import { isStuck } from '../who-is-left.ts';
import { DeadEnd } from './nobody-left.tsx';
import { OwnActivation, useActivationRight } from './own-activation.tsx';
import { SupportLines } from './support-lines.tsx';

/** What became of a change, and what to do next. */
export function ChangeOutcome({ change, token }: { change: Change; token: Token | undefined }) {
  const { t } = useTranslation();
  const applied = change.status === 'APPLIED';
  const outcome = applied ? `APPLIED_${change.action}` : change.status;
  const next = t(`change.next.${outcome}`, { defaultValue: '' });
  return (
    <div className="outcome">
      <p className="outcome-text">{t(`change.outcome.${outcome}`, { defaultValue: '' })}</p>
      {applied && token && isStuck(token) ? (
        <DeadEnd token={token} />
      ) : next ? (
        <div className="outcome-next no-print">
          <h2>{t('change.how')}</h2>
          <p>{next}</p>
        </div>
      ) : null}
      {applied && token && change.action === 'RELEASE' ? <OwnActivation token={token} /> : null}
      {change.status === 'FAILED' || change.status === 'REJECTED' ? <SupportLines compact /> : null}
      {change.status === 'AUTHORIZED' ? <span className="spinner" aria-hidden="true" /> : null}
      <div className="outcome-actions no-print">
        <NextStep change={change} token={token} />
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

/** The one thing that most people do next. */
function NextStep({ change, token }: { change: Change; token: Token | undefined }) {
  const { t } = useTranslation();
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
  const mayRepeat = ['EXPIRED', 'CANCELLED', 'REJECTED'].includes(change.status);
  if (!mayRepeat) return null;
  return (
    <Link className="button button-primary" href={`${PATHS.virtual}?${DIALOGS.change}=${change.tokenId}`}>
      {t('change.again')}
    </Link>
  );
}

function Receipt({ changeId }: { changeId: string }) {
  const { t } = useTranslation();
  const receipt = useReceipt(changeId, true);
  const download = (): void => {
    // Byte for byte as it was signed.
    const file = new Blob([receipt.data ?? ''], { type: 'application/json' });
    const address = URL.createObjectURL(file);
    const link = document.createElement('a');
    link.href = address;
    link.download = `llavero-${changeId}.json`;
    link.click();
    URL.revokeObjectURL(address);
  };
  return (
    <>
      {receipt.data ? (
        <Button icon="download" onPress={download}>
          {t('change.receipt')}
        </Button>
      ) : null}
      <Button icon="print" onPress={() => window.print()}>
        {t('change.print')}
      </Button>
    </>
  );
}
