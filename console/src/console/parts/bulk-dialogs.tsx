import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useSearchParams } from 'wouter';
import { useDraft } from '../../common/draft.ts';
import { ModalDialog } from '../../common/ui/dialog.tsx';
import { splitChosen } from '../bulk-choice.ts';
import { BULK_DIALOG } from '../paths.ts';
import { useMe } from '../queries.ts';
import type { Selection } from '../use-selection.ts';
import { BulkBlock, startBatch } from './bulk-block.tsx';
import { BulkCodes } from './bulk-codes.tsx';

/** The dialog about many that the address asks for. Without anybody chosen, as after a sent link, there is none. */
export function BulkDialogs({ selection }: { selection: Selection }) {
  const { t } = useTranslation();
  const [parameters, setParameters] = useSearchParams();
  const me = useMe();
  const action = parameters.get(BULK_DIALOG) === 'codes' ? 'codes' : 'block';
  const userId = me.data?.user.userId ?? '';
  const [batch, setBatch] = useDraft(`bulk:${action}`, userId, startBatch(selection.chosen));
  const [busy, setBusy] = useState(false);
  // Codes that are shown once: closing asks first.
  const [unkept, setUnkept] = useState(false);
  const [asking, setAsking] = useState(false);

  const close = (): void => {
    if (batch.confirmed || unkept) selection.clear();
    setParameters(
      (previous) => {
        const next = new URLSearchParams(previous);
        next.delete(BULK_DIALOG);
        return next;
      },
      { replace: true },
    );
  };
  const groups = splitChosen(action, batch.chosen, userId);
  const tryToClose = (): void => (unkept ? setAsking(true) : close());
  return (
    <ModalDialog
      title={t(action === 'block' ? 'bulk.blockTitle' : 'bulk.codesTitle')}
      closeLabel={t('state.close')}
      onClose={tryToClose}
      busy={busy}
    >
      {action === 'block' ? (
        <BulkBlock groups={groups} batch={batch} onBatch={setBatch} onClose={close} onBusy={setBusy} />
      ) : (
        <BulkCodes
          groups={groups}
          asking={asking}
          onStay={() => setAsking(false)}
          onClose={close}
          onTryToClose={tryToClose}
          onBusy={setBusy}
          onUnkept={setUnkept}
        />
      )}
    </ModalDialog>
  );
}
