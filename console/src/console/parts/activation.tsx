import '../styles/change-layer.css';
import { useEffect, useRef } from 'react';
import { useTranslation } from 'react-i18next';
import { nameFully } from '../../../../shared/domain/full-name.ts';
import { useSignedIn } from '../../common/session-context.tsx';
import { formatMoment } from '../../common/time.ts';
import { Button } from '../../common/ui/button.tsx';
import { Notice } from '../../common/ui/notice.tsx';
import { useCreateActivationCode } from '../commands.ts';
import { useLeaveQuestion } from '../use-leave-question.ts';
import { CopyButton } from './copy-button.tsx';
import { Letters } from './letters.tsx';
import { OwnActivation, useActivationRight } from './own-activation.tsx';
import { ProblemNotice } from './problem-notice.tsx';
import { QrCode } from './qr-code.tsx';
import { SessionNotice } from './session-notice.tsx';
import type { TokenDialogProps } from './token-dialog-props.ts';

/** Creates an activation code and shows it once. */
export function Activation({ token, onClose, onBusy, onKeep }: TokenDialogProps) {
  const { t, i18n } = useTranslation();
  const creation = useCreateActivationCode(token.tokenId);
  const name = nameFully(token.holder);
  const { data } = creation;
  const signedIn = useSignedIn();
  const mayCreate = useActivationRight(token).kind === 'mine';
  const shown = useRef<HTMLDivElement>(null);
  useEffect(() => onBusy(creation.isPending), [onBusy, creation.isPending]);
  useEffect(() => onKeep(data !== undefined), [onKeep, data]);
  useLeaveQuestion(data !== undefined);
  // The button that created it is gone.
  useEffect(() => {
    if (data) shown.current?.focus();
  }, [data]);
  return (
    <>
      <div className="dialog-body">
        {data ? null : <SessionNotice text={t('activation.signedOut')} inDialog />}
        {creation.error ? <ProblemNotice error={creation.error} uncertain={t('activation.uncertain')} /> : null}
        {data ? null : <OwnActivation token={token} />}
        {data ? (
          <div className="activation" ref={shown} tabIndex={-1}>
            <QrCode activationCode={data.activationCode} />
            <div className="activation-words">
              <p>{t('activation.how')}</p>
              <p className="activation-code code">{data.activationCode}</p>
              <CopyButton text={data.activationCode} />
              <p className="muted">{t('activation.expires', { date: formatMoment(data.expiresAt, i18n.language) })}</p>
            </div>
            <Notice tone="warning" title={t('activation.shown', { name })} />
          </div>
        ) : mayCreate ? (
          <p>{t('activation.ask', { name })}</p>
        ) : null}
      </div>
      {data ? <Letters letters={[{ person: token, result: data }]} /> : null}
      <footer className="dialog-footer">
        {data ? (
          <>
            <Button icon="print" onPress={() => window.print()}>
              {t('activation.print')}
            </Button>
            <Button variant="primary" onPress={onClose}>
              {t('activation.done')}
            </Button>
          </>
        ) : (
          <>
            <Button onPress={onClose} isDisabled={creation.isPending}>
              {t('state.cancel')}
            </Button>
            {mayCreate ? (
              <Button variant="primary" isPending={creation.isPending || !signedIn} onPress={() => creation.mutate()}>
                {t(creation.isPending ? 'activation.creating' : 'activation.create')}
              </Button>
            ) : null}
          </>
        )}
      </footer>
    </>
  );
}
