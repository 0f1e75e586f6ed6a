import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useSearchParams } from 'wouter';
import { Button } from '../../common/ui/button.tsx';
import { ModalDialog } from '../../common/ui/dialog.tsx';
import { Notice } from '../../common/ui/notice.tsx';
import { DIALOGS } from '../paths.ts';
import { useFreshToken } from '../queries.ts';
import { Activation } from './activation.tsx';
import { ChangeRequest } from './change-request.tsx';
import { Loading } from './loading.tsx';
import { ProblemNotice } from './problem-notice.tsx';
import { SessionNotice } from './session-notice.tsx';

/**
 * The dialog that the address asks for: back closes it, a reload opens it again. One dialog from its opening to its
 * end, whatever it shows, so that the focus goes back to where it came from.
 */
export function TokenDialogs() {
  const { t } = useTranslation();
  const [parameters, setParameters] = useSearchParams();
  const [busy, setBusy] = useState(false);
  const [keep, setKeep] = useState(false);
  const [asking, setAsking] = useState(false);
  const changing = parameters.get(DIALOGS.change);
  const tokenId = changing ?? parameters.get(DIALOGS.activation) ?? undefined;
  const token = useFreshToken(tokenId);

  const close = (): void =>
    setParameters(
      (previous) => {
        const next = new URLSearchParams(previous);
        for (const name of Object.values(DIALOGS)) next.delete(name);
        return next;
      },
      { replace: true },
    );
  const stay = (): void => {
    setAsking(false);
    // The button that said so is gone.
    document.querySelector<HTMLElement>('[role=dialog]')?.focus();
  };
  const Content = changing ? ChangeRequest : Activation;
  return (
    <ModalDialog
      title={t(changing ? 'dialog.title' : 'activation.title')}
      closeLabel={t('state.close')}
      onClose={() => (keep ? setAsking(true) : close())}
      busy={busy}
    >
      {asking ? <AskBeforeClosing onStay={stay} onClose={close} /> : null}
      {token.data ? (
        <Content key={tokenId} token={token.data} onClose={close} onBusy={setBusy} onKeep={setKeep} />
      ) : (
        <div className="dialog-body">
          <SessionNotice text={t('session.endedText')} inDialog />
          {token.error ? <ProblemNotice error={token.error} onRetry={() => void token.refetch()} /> : <Loading />}
        </div>
      )}
    </ModalDialog>
  );
}

/** A code that is shown once is not lost by a key pressed too soon. */
function AskBeforeClosing({ onStay, onClose }: { onStay: () => void; onClose: () => void }) {
  const { t } = useTranslation();
  return (
    <div className="dialog-body no-print">
      <Notice tone="warning" title={t('activation.closeTitle')} role="alert">
        <p>{t('activation.closeText')}</p>
        <div className="notice-actions">
          <Button size="small" variant="primary" autoFocus onPress={onStay}>
            {t('activation.closeStay')}
          </Button>
          <Button size="small" onPress={onClose}>
            {t('activation.closeAnyway')}
          </Button>
        </div>
      </Notice>
    </div>
  );
}
