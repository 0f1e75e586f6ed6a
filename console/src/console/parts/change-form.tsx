import { type FormEvent, useEffect, useRef, useState } from 'react';
import { FieldError } from 'react-aria-components/FieldError';
import { Label } from 'react-aria-components/Label';
import { Text } from 'react-aria-components/Text';
import { TextArea } from 'react-aria-components/TextArea';
import { TextField } from 'react-aria-components/TextField';
import { useTranslation } from 'react-i18next';
import { isBlank, withoutUnshowable } from '../../../../shared/domain/invisible.ts';
import { localized } from '../../common/i18n.ts';
import { Button } from '../../common/ui/button.tsx';
import { Choice } from '../../common/ui/choice.tsx';
import { Icon, type IconName } from '../../common/ui/icon.tsx';
import type { Action, Reason, Token } from '../api-types.ts';
import { isDeadEnd } from '../who-is-left.ts';
import { Loading } from './loading.tsx';
import { DeadEnd } from './nobody-left.tsx';

/** The choices made so far. */
export interface ChangeDraft {
  readonly action: Action | null;
  readonly reason: string | null;
  readonly note: string;
}

interface FieldErrors {
  readonly action?: string | undefined;
  readonly reason?: string | undefined;
  readonly note?: string | undefined;
}

export interface ChangeFormProps {
  readonly token: Token;
  readonly draft: ChangeDraft;
  readonly reasons: readonly Reason[] | undefined;
  readonly serverErrors: FieldErrors;
  readonly onChange: (draft: ChangeDraft) => void;
  readonly onCancel: () => void;
  readonly onContinue: () => void;
}

const ICONS: Record<Action, IconName> = { RELEASE: 'release', BLOCK: 'lock', UNBLOCK: 'unlock' };
export const NOTE_LENGTH = 500;
// A group of choices is marked as invalid itself, and cannot take the focus.
const FAULTY = 'textarea[aria-invalid=true], [data-invalid] input';

/** A pasted text as the service takes it: breaks and tabs are spaces, and what nobody sees is gone. */
export function asOneLine(note: string): string {
  return withoutUnshowable(note.replaceAll(/\s*[\t\v\f\r\n\u0085\u2028\u2029]+\s*/g, ' '));
}

/** An error for each field that the person still has to fill in. */
function useMissingFields(draft: ChangeDraft, noteRequired: boolean): FieldErrors {
  const { t } = useTranslation();
  return {
    action: draft.action ? undefined : t('dialog.chooseAction'),
    reason: draft.reason ? undefined : t('dialog.chooseReason'),
    note: noteRequired && isBlank(draft.note) ? t('dialog.writeNote') : undefined,
  };
}

/** The server's errors come first. Without an action there is no list of reasons, and so no error for it. */
function chooseErrors(draft: ChangeDraft, missing: FieldErrors, server: FieldErrors): FieldErrors {
  return {
    action: server.action ?? missing.action,
    reason: server.reason ?? (draft.action ? missing.reason : undefined),
    note: server.note ?? missing.note,
  };
}

/** The first step: action, reason, note. */
export function ChangeForm({ token, draft, reasons, serverErrors, onChange, onCancel, onContinue }: ChangeFormProps) {
  const { t, i18n } = useTranslation();
  const [tries, setTries] = useState(0);
  const tried = tries > 0;
  const form = useRef<HTMLFormElement>(null);
  const reason = reasons?.find(({ code }) => code === draft.reason);
  const deadEnd = isDeadEnd(token, draft.action, reason);
  const noteRequired = reason?.noteRequired ?? false;

  const missing = useMissingFields(draft, noteRequired);
  const errors: FieldErrors = tried ? chooseErrors(draft, missing, serverErrors) : serverErrors;

  const proceed = (event: FormEvent): void => {
    event.preventDefault();
    setTries((count) => count + 1);
    if (!deadEnd && !missing.action && !missing.reason && !missing.note) onContinue();
  };
  // The field to correct gets the focus: at each try, and when the service refused it.
  const refused = Object.values(serverErrors).some(Boolean);
  useEffect(() => {
    if (tries > 0 || refused) form.current?.querySelector<HTMLElement>(FAULTY)?.focus();
  }, [tries, refused]);
  // Back from the summary, whose button is gone.
  useEffect(() => {
    if (document.activeElement === document.body) form.current?.querySelector<HTMLElement>('input:checked')?.focus();
  }, []);
  // A note that has to be written is in sight as soon as it has to be.
  useEffect(() => {
    if (noteRequired) form.current?.querySelector('.textarea')?.scrollIntoView({ block: 'nearest' });
  }, [noteRequired]);

  return (
    <form className="dialog-form" onSubmit={proceed} ref={form} noValidate>
      <div className="dialog-body">
        <Choice
          label={t('dialog.action')}
          layout="cards"
          options={token.availableActions.map((action) => ({
            value: action,
            label: t(`action.${action}`),
            text: action === 'BLOCK' && token.pendingChange ? t('blockSupersedes') : t(`actionText.${action}`),
            icon: <Icon name={ICONS[action]} />,
          }))}
          value={draft.action}
          onChange={(action) => onChange({ ...draft, action, reason: null })}
          error={errors.action}
        />
        {draft.action && !reasons ? <Loading /> : null}
        {draft.action && reasons ? (
          <Choice
            label={t('dialog.reason')}
            layout="columns"
            options={reasons.map(({ code, label }) => ({ value: code, label: localized(label, i18n.language) }))}
            value={draft.reason}
            onChange={(chosen) => onChange({ ...draft, reason: chosen })}
            error={errors.reason}
          />
        ) : null}
        {deadEnd ? <DeadEnd token={token} reason={reason} /> : null}
        {draft.reason && !deadEnd ? (
          <TextField
            className="field"
            value={draft.note}
            onChange={(note) => onChange({ ...draft, note: asOneLine(note) })}
            isRequired={noteRequired}
            isInvalid={errors.note !== undefined}
            validationBehavior="aria"
            maxLength={NOTE_LENGTH}
          >
            <Label className="label">{t(noteRequired ? 'dialog.noteRequired' : 'dialog.noteOptional')}</Label>
            <TextArea className="input textarea" rows={2} />
            <Text slot="description" className="hint">
              {t('dialog.noteHint')}
            </Text>
            <FieldError className="field-error">{errors.note}</FieldError>
          </TextField>
        ) : null}
      </div>
      <footer className="dialog-footer">
        <Button onPress={onCancel}>{t('state.cancel')}</Button>
        {deadEnd ? null : (
          <Button type="submit" variant="primary">
            {t('dialog.continue')}
          </Button>
        )}
      </footer>
    </form>
  );
}
