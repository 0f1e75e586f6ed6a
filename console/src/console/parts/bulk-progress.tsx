import { useTranslation } from 'react-i18next';
import type { Chosen } from '../bulk-choice.ts';
import { problemText } from '../problem-text.ts';

export interface BulkProgressProps {
  readonly total: number;
  readonly done: number;
  readonly failed: readonly { readonly person: Chosen; readonly error: unknown }[];
  readonly running: boolean;
}

/** Shows how many are done, and of each that failed, why. */
export function BulkProgress({ total, done, failed, running }: BulkProgressProps) {
  const { t } = useTranslation();
  return (
    <>
      <progress className="bulk-progress" aria-label={t('bulk.progress')} max={total} value={done + failed.length} />
      <p role="status">
        {t(running ? 'bulk.running' : 'bulk.finished', { done, total })}
        {!running && failed.length > 0 ? ` ${t('bulk.failed', { count: failed.length })}` : null}
      </p>
      {running || failed.length === 0 ? null : (
        <ul className="bulk-list" aria-label={t('bulk.failures')}>
          {failed.map(({ person: { tokenId, holder }, error }) => (
            <li key={tokenId}>
              <strong>{holder.fullName}</strong> <span className="muted">{holder.username}</span>:{' '}
              {problemText(error, t).text}
            </li>
          ))}
        </ul>
      )}
    </>
  );
}
