import '../styles/change-layer.css';
import { createPortal } from 'react-dom';
import { useTranslation } from 'react-i18next';
import { formatMoment } from '../../common/time.ts';
import type { Chosen } from '../bulk-choice.ts';
import { useMe } from '../queries.ts';
import { QrCode } from './qr-code.tsx';
import { SupportLines } from './support-lines.tsx';

export interface Letter {
  readonly person: Chosen;
  readonly result: { readonly activationCode: string; readonly expiresAt: string };
}

/** A letter for each person, on a page of its own, with all that enrolling a phone takes; nothing of it is on the screen. */
export function Letters({ letters }: { letters: readonly Letter[] }) {
  const { t, i18n } = useTranslation();
  const me = useMe();
  if (letters.length === 0) return null;
  // Beside the page rather than in its dialog: on paper there is nothing else.
  return createPortal(
    <div className="letters" aria-hidden="true">
      {letters.map(({ person: { tokenId, holder }, result }) => (
        <article key={tokenId} className="letter">
          <h1>{t('letter.title')}</h1>
          <dl className="facts">
            <dt>{t('letter.company')}</dt>
            <dd>{me.data?.company.name}</dd>
            <dt>{t('letter.name')}</dt>
            <dd>{holder.fullName}</dd>
            <dt>{t('letter.username')}</dt>
            <dd>{holder.username}</dd>
            <dt>{t('activation.title')}</dt>
            <dd className="letter-code code">{result.activationCode}</dd>
            <dt>{t('letter.expires')}</dt>
            <dd>{formatMoment(result.expiresAt, i18n.language)}</dd>
          </dl>
          <QrCode activationCode={result.activationCode} />
          <ol>
            {(['a', 'b', 'c'] as const).map((step) => (
              <li key={step}>{t(`letter.steps.${step}`)}</li>
            ))}
          </ol>
          <p>{t('letter.secret')}</p>
          <SupportLines compact />
        </article>
      ))}
    </div>,
    document.body,
  );
}
