import { useQueryClient } from '@tanstack/react-query';
import { useCallback, useEffect, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { nameFully } from '../../../../shared/domain/full-name.ts';
import { useSignedIn, useWorkplace } from '../../common/session-context.tsx';
import { minutesSeconds, useNow } from '../../common/time.ts';
import { Button } from '../../common/ui/button.tsx';
import { ModalDialog } from '../../common/ui/dialog.tsx';
import { Icon } from '../../common/ui/icon.tsx';
import { Notice } from '../../common/ui/notice.tsx';
import type { Change, Token } from '../api-types.ts';
import { useCancelChange } from '../commands.ts';
import { chooseGuide, type Guide, isHolderLeftOut } from '../guide.ts';
import { KEYS, useMe, useReasons } from '../queries.ts';
import { ProblemNotice } from './problem-notice.tsx';
import { SessionNotice } from './session-notice.tsx';
import { SupportLines } from './support-lines.tsx';

/** A change that waits for a phone: the code, the time left, what to do, and the way out. */
export function HeldChange({ change, token }: { change: Change; token: Token | undefined }) {
  const { t } = useTranslation();
  const guide = useGuide(change, token);
  const names = { requester: nameFully(change.requestedBy), holder: nameFully(change.holder) };
  const { policy, expiresAt = change.createdAt, decidable = true } = change.authorization ?? {};
  const rescue = policy === 'BANK';
  return (
    <>
      {decidable ? null : <Undecidable />}
      <div className="held">
        {decidable && !rescue ? <BindingCodeOrOwner change={change} /> : null}
        <Countdown changeId={change.changeId} from={change.createdAt} until={expiresAt} />
      </div>
      {decidable ? (
        <div className="how">
          <h2>{t('change.how')}</h2>
          <ol className="how-list">
            {(['a', 'b', 'c'] as const).map((step) => (
              <li key={step}>{t(`change.guide.${guide}.${step}`, names)}</li>
            ))}
          </ol>
          {rescue ? (
            <SupportLines compact />
          ) : (
            <p className="notification" data-status={change.notification.status}>
              <Icon name={change.notification.status === 'FAILED' ? 'alert' : 'bell'} />
              {t(`change.notification.${change.notification.status}`)}
            </p>
          )}
        </div>
      ) : null}
      {/* The service refuses to cancel what the bank's two persons do. */}
      {rescue ? null : <Cancellation changeId={change.changeId} />}
    </>
  );
}

/** The next step of this person. */
function useGuide(change: Change, token: Token | undefined): Guide {
  const me = useMe();
  const reasons = useReasons(change.action);
  const reason = reasons.data?.find(({ code }) => code === change.reason);
  return chooseGuide(change, me.data?.user, isHolderLeftOut(token, reason));
}

/** Whoever could decide it is gone: nothing that is typed or waited for helps. */
function Undecidable() {
  const { t } = useTranslation();
  return (
    <Notice tone="warning" title={t('change.undecidable')} role="status">
      <p>{t('change.undecidableText')}</p>
      <SupportLines compact />
    </Notice>
  );
}

function BindingCodeOrOwner({ change: { bindingCode, requestedBy } }: { change: Change }) {
  const { t } = useTranslation();
  if (bindingCode) return <BindingCode code={bindingCode} />;
  return (
    <div className="binding">
      <p className="binding-title">{t('change.codeHidden')}</p>
      <p className="muted">{t('change.codeHiddenText', { name: nameFully(requestedBy) })}</p>
    </div>
  );
}

/** Six digits to be typed on the phone: large, in two groups, and one by one for whoever listens. */
function BindingCode({ code }: { code: string }) {
  const { t } = useTranslation();
  return (
    <div className="binding">
      <p className="binding-title">{t('change.codeTitle')}</p>
      <p className="binding-code">
        <span className="visually-hidden">{t('change.codeSpoken', { digits: [...code].join(' ') })}</span>
        <span aria-hidden="true" className="binding-digits" data-code={code}>
          <span>{code.slice(0, 3)}</span>
          <span>{code.slice(3)}</span>
        </span>
      </p>
      <p className="muted">{t('change.codeText')}</p>
    </div>
  );
}

function Countdown({ changeId, from, until }: { changeId: string; from: string; until: string }) {
  const { t } = useTranslation();
  const { session } = useWorkplace();
  const client = useQueryClient();
  const clock = useCallback(() => session.now(), [session]);
  const now = useNow(clock);
  const left = Math.max(0, (Date.parse(until) - now) / 1000);
  const whole = (Date.parse(until) - Date.parse(from)) / 1000;
  const over = left === 0;
  useEffect(() => {
    if (over) void client.invalidateQueries({ queryKey: KEYS.change(changeId) });
  }, [over, client, changeId]);
  return (
    <div className="countdown" data-soon={left < 60}>
      <p className="countdown-label" id="countdown-label">
        {t('change.remaining')}
      </p>
      <p className="countdown-time" role="timer" aria-labelledby="countdown-label">
        {minutesSeconds(left)}
      </p>
      <meter className="countdown-bar" min={0} max={1} value={whole > 0 ? left / whole : 0} aria-hidden="true" />
    </div>
  );
}

function Cancellation({ changeId }: { changeId: string }) {
  const { t } = useTranslation();
  const [asking, setAsking] = useState(false);
  const signedIn = useSignedIn();
  const cancel = useCancelChange(changeId);
  return (
    <div className="cancellation">
      <Button variant="quiet" icon="cross" onPress={() => setAsking(true)}>
        {t('change.cancel')}
      </Button>
      {asking ? (
        <ModalDialog
          title={t('change.cancelTitle')}
          closeLabel={t('state.close')}
          role="alertdialog"
          busy={cancel.isPending}
          onClose={() => setAsking(false)}
        >
          <div className="dialog-body">
            <SessionNotice text={t('change.cancelSignedOut')} inDialog />
            <p>{t('change.cancelText')}</p>
            {cancel.error ? <ProblemNotice error={cancel.error} uncertain={t('change.cancelUncertain')} /> : null}
          </div>
          <footer className="dialog-footer">
            <Button onPress={() => setAsking(false)} isDisabled={cancel.isPending}>
              {t('change.cancelKeep')}
            </Button>
            <Button variant="danger" isPending={cancel.isPending || !signedIn} onPress={() => cancel.mutate()}>
              {t(cancel.isPending ? 'change.cancelling' : 'change.cancelConfirm')}
            </Button>
          </footer>
        </ModalDialog>
      ) : null}
    </div>
  );
}
