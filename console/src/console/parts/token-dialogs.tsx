import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useSearchParams } from 'wouter';
import { ModalDialog } from '../../shared/ui/dialog.tsx';
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
  const Content = changing ? ChangeRequest : Activation;
  return (
    <ModalDialog
      title={t(changing ? 'dialog.title' : 'activation.title')}
      closeLabel={t('state.close')}
      onClose={close}
      busy={busy}
    >
      {token.data ? (
        <Content key={tokenId} token={token.data} onClose={close} onBusy={setBusy} />
      ) : (
        <div className="dialog-body">
          <SessionNotice text={t('session.endedText')} inDialog />
          {token.error ? <ProblemNotice error={token.error} onRetry={() => void token.refetch()} /> : <Loading />}
        </div>
      )}
    </ModalDialog>
  );
}
