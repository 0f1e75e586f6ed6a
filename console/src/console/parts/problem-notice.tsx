import { isPassing, SignInRequiredError } from '@llavero/client';
import { useTranslation } from 'react-i18next';
import { Button } from '../../common/ui/button.tsx';
import { Notice } from '../../common/ui/notice.tsx';
import { problemText } from '../problem-text.ts';
import { SupportLines } from './support-lines.tsx';

export interface ProblemNoticeProps {
  readonly error: unknown;
  readonly onRetry?: () => void;
  /** Of a command: what to say where the service may have carried it out although it did not say so. */
  readonly uncertain?: string;
}

/**
 * A failure in words, with its reference and, where only the bank can help, the support lines. An ended sign-in is
 * not said here: `SessionNotice` says it, with the way back in.
 */
export function ProblemNotice({ error, onRetry, uncertain }: ProblemNoticeProps) {
  const { t } = useTranslation();
  if (error instanceof SignInRequiredError) return null;
  const { text, requestId, needsSupport } = problemText(error, t);
  const open = uncertain !== undefined && isPassing(error);
  return (
    <Notice tone={open ? 'warning' : 'danger'} title={open ? uncertain : text} role="alert">
      {needsSupport && requestId ? <p className="reference">{t('problem.reference', { requestId })}</p> : null}
      {needsSupport ? <SupportLines compact /> : null}
      {onRetry ? (
        <Button size="small" onPress={onRetry}>
          {t('state.retry')}
        </Button>
      ) : null}
    </Notice>
  );
}
