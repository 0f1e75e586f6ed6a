import { createPortal } from 'react-dom';
import { useTranslation } from 'react-i18next';
import { formatMoment } from '../../shared/time.ts';
import type { Chosen } from '../bulk-choice.ts';
import { useMe } from '../queries.ts';
import { SupportLines } from './support-lines.tsx';

export interface Letter {
  readonly person: Chosen;
  readonly result: { readonly activationCode: string; readonly expiresAt: string };
}

/** A letter for each person, on a page of its own; nothing of it is on the screen. */
export function Letters({ letters }: { letters: readonly Letter[] }) {
  const { t, i18n } = useTranslation();
  const me = useMe();
  if (letters.length === 0) return null;
  // Beside the page rather than in its dialog: on paper there is nothing else.
  return createPortal(
    <div className="letters" aria-hidden="true">
      {letters.map(({ person: { tokenId, holder }, result }) => (
        <article key={tokenId} className="letter">
          <p>{me.data?.company.name}</p>
          <h1>{t('activation.title')}</h1>
          <p>
            <strong>{holder.fullName}</strong> · {holder.username}
          </p>
          <p>{t('letter.how')}</p>
          <p className="letter-code code">{result.activationCode}</p>
          <p>{t('activation.expires', { date: formatMoment(result.expiresAt, i18n.language) })}</p>
          <p>{t('letter.secret')}</p>
          <SupportLines />
        </article>
      ))}
    </div>,
    document.body,
  );
}
