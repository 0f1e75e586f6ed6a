import { useLayoutEffect, useRef } from 'react';
import { useTranslation } from 'react-i18next';
import { localized } from '../../common/i18n.ts';
import { Notice } from '../../common/ui/notice.tsx';
import type { Action, Reason, Token } from '../api-types.ts';
import { LeavesNobody } from './nobody-left.tsx';
import { TokenFacts } from './token-facts.tsx';

export interface ChangeSummaryProps {
  readonly token: Token;
  readonly action: Action;
  readonly reason: Reason;
  readonly note: string;
  /** Something went wrong with the confirmation, which is told elsewhere. */
  readonly failed: boolean;
}

/** The request that is about to be confirmed, and its effect. */
export function ChangeSummary({ token, action, reason, note, failed }: ChangeSummaryProps) {
  const { t, i18n } = useTranslation();
  const heading = useRef<HTMLHeadingElement>(null);
  // Here rather than on the confirmation: a key held too long must not confirm.
  useLayoutEffect(() => heading.current?.focus(), []);
  return (
    <div className="dialog-body">
      <h3 className="dialog-step" ref={heading} tabIndex={-1}>
        {t('dialog.summary')}
      </h3>
      <dl className="facts">
        <dt>{t('dialog.action')}</dt>
        <dd>
          <strong>{t(`action.${action}`)}</strong>
        </dd>
        <dt>{t('dialog.reason')}</dt>
        <dd>{localized(reason.label, i18n.language)}</dd>
        {note.trim() ? (
          <>
            <dt>{t('dialog.note')}</dt>
            <dd className="free-text">{note.trim()}</dd>
          </>
        ) : null}
        <TokenFacts token={token} />
      </dl>
      <Notice tone={action === 'BLOCK' ? 'warning' : 'info'}>
        <p>{t(`dialog.consequence.${action}`)}</p>
      </Notice>
      <LeavesNobody token={token} action={action} withLines={!failed} />
    </div>
  );
}
