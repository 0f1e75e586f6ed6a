import { useTranslation } from 'react-i18next';
import { Button } from '../../shared/ui/button.tsx';
import { Notice } from '../../shared/ui/notice.tsx';
import { problemText } from '../problem-text.ts';
import { SupportLines } from './support-lines.tsx';

/** A failure in words, with its reference and, where only the bank can help, the support lines. */
export function ProblemNotice({ error, onRetry }: { error: unknown; onRetry?: () => void }) {
  const { t } = useTranslation();
  const { text, requestId, needsSupport } = problemText(error, t);
  return (
    <Notice tone="danger" title={text} role="alert">
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
