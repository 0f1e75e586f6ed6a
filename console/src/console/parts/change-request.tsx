import { ApiProblemError, SignInRequiredError } from '@llavero/client';
import { type FormEvent, useEffect } from 'react';
import { useTranslation } from 'react-i18next';
import { Link, useLocation } from 'wouter';
import { isBlank } from '../../../../shared/domain/invisible.ts';
import { useDraft } from '../../common/draft.ts';
import { useSignedIn } from '../../common/session-context.tsx';
import { Badge } from '../../common/ui/badge.tsx';
import { Button } from '../../common/ui/button.tsx';
import { Notice } from '../../common/ui/notice.tsx';
import type { Action, Reason, ChangeRequest as RequestBody, Token } from '../api-types.ts';
import { isUncertain } from '../attempt.ts';
import { useRequestChange } from '../commands.ts';
import { type OpenDraft, requestAbout } from '../open-draft.ts';
import { PATHS } from '../paths.ts';
import { fieldError } from '../problem-text.ts';
import { useMe, useReasons } from '../queries.ts';
import { isDeadEnd } from '../who-is-left.ts';
import { type ChangeDraft, ChangeForm } from './change-form.tsx';
import { ChangeSummary } from './change-summary.tsx';
import { DeadEnd } from './nobody-left.tsx';
import { ProblemNotice } from './problem-notice.tsx';
import { SessionNotice } from './session-notice.tsx';
import type { TokenDialogProps } from './token-dialog-props.ts';

/** Choose the action and its reason, look at it once more, confirm. */
export function ChangeRequest({ token, onClose, onBusy }: Omit<TokenDialogProps, 'onKeep'>) {
  const { t, i18n } = useTranslation();
  const [, navigate] = useLocation();
  const only = token.availableActions.length === 1 ? (token.availableActions[0] as Action) : null;
  const me = useMe();
  const [{ draft: chosen, reviewing }, setOpen] = useDraft<OpenDraft>(
    requestAbout(token.tokenId),
    me.data?.user.userId ?? '',
    { draft: { action: only, reason: null, note: '' }, reviewing: false },
  );
  const draft = keepOfferedChoice(chosen, token, reviewing);
  const setReviewing = (next: boolean): void => setOpen((open) => ({ ...open, reviewing: next }));
  const signedIn = useSignedIn();
  const reasons = useReasons(draft.action);
  const request = useRequestChange(token.tokenId);
  const reason = reasons.data?.find(({ code }) => code === draft.reason);
  useEffect(() => onBusy(request.isPending), [onBusy, request.isPending]);

  const serverErrors = {
    action: fieldError(request.error, 'action', i18n.language),
    reason: fieldError(request.error, 'reason', i18n.language),
    note: fieldError(request.error, 'note', i18n.language),
  };
  const deadEnd = isDeadEnd(token, draft.action, reason);
  const noApprover = request.error instanceof ApiProblemError && request.error.problem.code === 'NO_APPROVER_AVAILABLE';
  const hasFieldErrors = Object.values(serverErrors).some(Boolean);

  const confirm = (event: FormEvent): void => {
    event.preventDefault();
    if (request.isPending || !signedIn || !draft.action || !draft.reason) return;
    request.mutate(buildBody(draft.action, draft.reason, draft.note), {
      // Replaces the dialog's address: going back leads to the list, not to what is already confirmed.
      onSuccess: ({ changeId }) => navigate(PATHS.change(changeId), { replace: true }),
      onError: (error) => {
        if (error instanceof ApiProblemError && error.problem.code === 'VALIDATION_FAILED') setReviewing(false);
      },
    });
  };
  const change = (next: ChangeDraft): void => {
    setOpen((open) => ({ ...open, draft: next }));
    if (request.error) request.reset();
  };

  return (
    <>
      <div className="dialog-body">
        <p className="dialog-holder">
          <strong>{token.holder.fullName}</strong>
          <span className="muted">
            {token.holder.username} · {token.serial}
          </span>
          {token.holder.enabled ? null : <Badge tone="neutral">{t('person.disabled')}</Badge>}
        </p>
        <SessionNotice text={t(signedOutText(request.error))} inDialog />
        <PendingNotice token={token} error={request.error} />
        {token.availableActions.length === 0 ? <Notice tone="info" title={t('dialog.noActions')} /> : null}
        {reasons.error ? <ProblemNotice error={reasons.error} onRetry={() => void reasons.refetch()} /> : null}
        {request.error && !hasFieldErrors && !noApprover ? (
          <ProblemNotice error={request.error} uncertain={t('dialog.uncertain')} />
        ) : null}
        {noApprover && !deadEnd ? <DeadEnd token={token} reason={reason} /> : null}
      </div>
      {token.availableActions.length === 0 ? null : reviewing && draft.action && reason && !deadEnd ? (
        <ReviewForm
          token={token}
          action={draft.action}
          reason={reason}
          note={draft.note}
          failed={request.error !== null}
          isSending={request.isPending}
          signedIn={signedIn}
          onEdit={() => setReviewing(false)}
          onConfirm={confirm}
        />
      ) : (
        <ChangeForm
          token={token}
          draft={draft}
          reasons={reasons.data}
          serverErrors={serverErrors}
          onChange={change}
          onCancel={onClose}
          onContinue={() => {
            request.reset();
            setReviewing(true);
          }}
        />
      )}
    </>
  );
}

interface ReviewFormProps {
  readonly token: Token;
  readonly action: Action;
  readonly reason: Reason;
  readonly note: string;
  readonly failed: boolean;
  readonly isSending: boolean;
  readonly signedIn: boolean;
  readonly onEdit: () => void;
  readonly onConfirm: (event: FormEvent) => void;
}

/** The second step: the summary, with a button to go back and one to confirm. */
function ReviewForm({ isSending, signedIn, onEdit, onConfirm, ...summary }: ReviewFormProps) {
  const { t } = useTranslation();
  return (
    <form onSubmit={onConfirm} className="dialog-form">
      <ChangeSummary {...summary} />
      <footer className="dialog-footer">
        <Button onPress={onEdit} isDisabled={isSending}>
          {t('dialog.edit')}
        </Button>
        <Button
          type="submit"
          variant={summary.action === 'BLOCK' ? 'danger' : 'primary'}
          isPending={isSending || !signedIn}
        >
          {isSending ? t('dialog.sending') : t(`dialog.confirm.${summary.action}`)}
        </Button>
      </footer>
    </form>
  );
}

/**
 * Drops a chosen action that the token no longer offers. It stays when the service may have carried out the request
 * without an answer: confirmed again, it is the same request.
 */
function keepOfferedChoice(chosen: ChangeDraft, token: Token, reviewing: boolean): ChangeDraft {
  const offered =
    chosen.action !== null && (token.availableActions.includes(chosen.action) || (reviewing && isUncertain()));
  return offered ? chosen : { ...chosen, action: null, reason: null };
}

function buildBody(action: Action, reason: string, note: string): RequestBody {
  return { action, reason, ...(isBlank(note) ? {} : { note: note.trim() }) };
}

/** Says what is known of a request whose sign-in has ended: not sent, refused, or perhaps arrived. */
function signedOutText(error: Error | null) {
  if (!(error instanceof SignInRequiredError)) return 'dialog.signedOut';
  return isUncertain() ? 'dialog.signedOutUncertain' : 'dialog.signedOutRefused';
}

/** Another change is in the way: lead to it. */
function PendingNotice({ token, error }: { token: Token; error: Error | null }) {
  const { t } = useTranslation();
  const inTheWay = error instanceof ApiProblemError ? (error.problem.change?.changeId ?? null) : null;
  const changeId = inTheWay ?? token.pendingChange?.changeId;
  if (!changeId) return null;
  return (
    <Notice tone="info" title={t('dialog.pending')}>
      <Link href={PATHS.change(changeId)} replace>
        {t('dialog.seePending')}
      </Link>
    </Notice>
  );
}
