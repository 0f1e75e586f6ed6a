import { useTranslation } from 'react-i18next';
import { useSearchParams } from 'wouter';
import { ModalDialog } from '../../shared/ui/dialog.tsx';
import { DIALOGS } from '../paths.ts';
import { useFreshToken } from '../queries.ts';
import { ActivationDialog } from './activation-dialog.tsx';
import { ChangeDialog } from './change-dialog.tsx';
import { Loading } from './loading.tsx';
import { ProblemNotice } from './problem-notice.tsx';

/** The dialog that the address asks for, if it asks for one: back closes it, a reload opens it again. */
export function TokenDialogs() {
  const { t } = useTranslation();
  const [parameters, setParameters] = useSearchParams();
  const changing = parameters.get(DIALOGS.change);
  const activating = parameters.get(DIALOGS.activation);
  const token = useFreshToken(changing ?? activating ?? undefined);
  if (!changing && !activating) return null;

  const close = (): void =>
    setParameters(
      (previous) => {
        const next = new URLSearchParams(previous);
        next.delete(DIALOGS.change);
        next.delete(DIALOGS.activation);
        return next;
      },
      { replace: true },
    );
  if (token.data && changing) return <ChangeDialog key={changing} token={token.data} onClose={close} />;
  if (token.data) return <ActivationDialog key={activating} token={token.data} onClose={close} />;
  return (
    <ModalDialog
      title={t(changing ? 'dialog.title' : 'activation.title')}
      closeLabel={t('state.close')}
      onClose={close}
    >
      <div className="dialog-body">
        {token.error ? <ProblemNotice error={token.error} onRetry={() => void token.refetch()} /> : <Loading />}
      </div>
    </ModalDialog>
  );
}
