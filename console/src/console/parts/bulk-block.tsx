import { answer } from '@llavero/client';
import { useQueryClient } from '@tanstack/react-query';
import { type FormEvent, useEffect, useState } from 'react';
import { FieldError } from 'react-aria-components/FieldError';
import { Label } from 'react-aria-components/Label';
import { TextArea } from 'react-aria-components/TextArea';
import { TextField } from 'react-aria-components/TextField';
import { useTranslation } from 'react-i18next';
import { isBlank } from '../../../../shared/domain/invisible.ts';
import { localized } from '../../common/i18n.ts';
import { useWorkplace } from '../../common/session-context.tsx';
import { Button } from '../../common/ui/button.tsx';
import { Choice } from '../../common/ui/choice.tsx';
import { Notice } from '../../common/ui/notice.tsx';
import type { Reason } from '../api-types.ts';
import type { Chosen } from '../bulk-choice.ts';
import { callPatiently } from '../call-patiently.ts';
import { PATIENCE } from '../patience.ts';
import { KEYS, useReasons } from '../queries.ts';
import { useBulkRun } from '../use-bulk-run.ts';
import { BulkPeople, type Groups } from './bulk-people.tsx';
import { BulkProgress } from './bulk-progress.tsx';
import { asOneLine, NOTE_LENGTH } from './change-form.tsx';
import { Loading } from './loading.tsx';
import { SessionNotice } from './session-notice.tsx';

/** The data that are kept of a block of many while its dialog is open, also through a reload or a sign-in. */
export interface Batch {
  readonly chosen: readonly Chosen[];
  readonly reason: string | null;
  readonly note: string;
  /** Each token's key is made of it, so that sent again it is the same change. */
  readonly batchId: string;
  /** Once confirmed, it is sent again as it was and no longer edited. */
  readonly confirmed: boolean;
}

/** A batch that nothing was sent of. */
export function startBatch(chosen: readonly Chosen[]): Batch {
  return { chosen, reason: null, note: '', batchId: crypto.randomUUID(), confirmed: false };
}

export interface BulkBlockProps {
  readonly groups: Groups;
  readonly batch: Batch;
  readonly onBatch: (batch: Batch) => void;
  readonly onClose: () => void;
  readonly onBusy: (busy: boolean) => void;
}

/** Blocks many: one reason, a change of its own for each. */
export function BulkBlock({ groups, batch, onBatch, onClose, onBusy }: BulkBlockProps) {
  const { t } = useTranslation();
  const reasons = useReasons('BLOCK');
  const [tried, setTried] = useState(false);
  const { run, running, done, failed, left } = useBlockRun(groups.fit, batch);
  useEffect(() => onBusy(running), [onBusy, running]);
  const { reason, note, confirmed } = batch;
  const noteRequired = reasons.data?.find(({ code }) => code === reason)?.noteRequired ?? false;
  const missing = { reason: reason === null, note: noteRequired && isBlank(note) };

  const confirm = (event: FormEvent): void => {
    event.preventDefault();
    setTried(true);
    if (missing.reason || missing.note) return;
    onBatch({ ...batch, confirmed: true });
    run();
  };
  if (groups.fit.length === 0) {
    return (
      <div className="dialog-body">
        <Notice tone="info" title={t('bulk.nobodyBlock')} />
        <BulkPeople groups={groups} forCodes={false} />
      </div>
    );
  }
  const words = t(confirmed ? 'bulk.retry' : 'bulk.confirmBlock', { count: left.length });
  return (
    <form className="dialog-form" onSubmit={confirm} noValidate>
      <div className="dialog-body">
        <SessionNotice text={t('bulk.signedOut')} inDialog />
        <BulkPeople groups={groups} forCodes={false} />
        {confirmed ? (
          <BulkProgress total={groups.fit.length} done={done.length} failed={failed} running={running} />
        ) : (
          <>
            <BlockFields
              batch={batch}
              onBatch={onBatch}
              reasons={reasons.data}
              noteRequired={noteRequired}
              missing={tried ? missing : { reason: false, note: false }}
            />
            <Notice tone="warning" title={t('dialog.consequence.BLOCK')}>
              <p>{t('bulk.unblockLater')}</p>
              {groups.fit.some(({ holder }) => holder.role === 'ADMINISTRATOR') ? (
                <p>{t('bulk.administrators')}</p>
              ) : null}
            </Notice>
          </>
        )}
      </div>
      <footer className="dialog-footer">
        <Button onPress={onClose} isDisabled={running}>
          {t(confirmed ? 'state.close' : 'state.cancel')}
        </Button>
        {left.length === 0 ? null : (
          <Button type="submit" variant="danger" isPending={running}>
            {running ? t('dialog.sending') : words}
          </Button>
        )}
      </footer>
    </form>
  );
}

/** Requests each block with a key of the batch and the token: sent again, it is the same change. */
function useBlockRun(people: readonly Chosen[], { batchId, reason, note }: Batch) {
  const { service } = useWorkplace();
  const client = useQueryClient();
  const bulk = useBulkRun(people, ({ tokenId }) => {
    const params = { path: { tokenId }, header: { 'Idempotency-Key': `${batchId}.${tokenId}` } };
    const body = { action: 'BLOCK', reason: reason ?? '', ...(isBlank(note) ? {} : { note: note.trim() }) } as const;
    return callPatiently(() => answer(service.POST('/tokens/{tokenId}/changes', { params, body })), PATIENCE);
  });
  const { started, running } = bulk;
  useEffect(() => {
    if (!started || running) return;
    for (const queryKey of [KEYS.tokens, KEYS.changes]) void client.invalidateQueries({ queryKey });
  }, [client, started, running]);
  return bulk;
}

interface BlockFieldsProps {
  readonly batch: Batch;
  readonly onBatch: (batch: Batch) => void;
  readonly reasons: readonly Reason[] | undefined;
  readonly noteRequired: boolean;
  readonly missing: { readonly reason: boolean; readonly note: boolean };
}

/** The reason and the note of all the blocks. */
function BlockFields({ batch, onBatch, reasons, noteRequired, missing }: BlockFieldsProps) {
  const { t, i18n } = useTranslation();
  if (!reasons) return <Loading />;
  return (
    <>
      <Choice
        label={t('dialog.reason')}
        layout="columns"
        options={reasons.map(({ code, label }) => ({ value: code, label: localized(label, i18n.language) }))}
        value={batch.reason}
        onChange={(reason) => onBatch({ ...batch, reason })}
        error={missing.reason ? t('dialog.chooseReason') : undefined}
      />
      <TextField
        className="field"
        value={batch.note}
        onChange={(text) => onBatch({ ...batch, note: asOneLine(text) })}
        isRequired={noteRequired}
        isInvalid={missing.note}
        validationBehavior="aria"
        maxLength={NOTE_LENGTH}
      >
        <Label className="label">{t(noteRequired ? 'dialog.noteRequired' : 'dialog.noteOptional')}</Label>
        <TextArea className="input textarea" rows={2} />
        <FieldError className="field-error">{t('dialog.writeNote')}</FieldError>
      </TextField>
    </>
  );
}
