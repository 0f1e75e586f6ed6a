import { useCallback } from 'react';
import { useTranslation } from 'react-i18next';
import { useWorkplace } from '../../common/session-context.tsx';
import { formatTime, useNow } from '../../common/time.ts';
import { Notice } from '../../common/ui/notice.tsx';
import type { Token } from '../api-types.ts';
import { useMe } from '../queries.ts';
import { type ActivationRight, activationRight } from '../who-is-left.ts';
import { SupportLines } from './support-lines.tsx';

/** The right to a token's activation code, as it runs out. */
export function useActivationRight(token: Token | undefined): ActivationRight {
  const me = useMe();
  const { session } = useWorkplace();
  const clock = useCallback(() => session.now(), [session]);
  const now = useNow(clock, Boolean(token?.ownActivationUntil));
  return token ? activationRight(token, me.data, now) : { kind: 'none' };
}

/** Of one's own token: until when one may create its code, or who has to. */
export function OwnActivation({ token }: { token: Token }) {
  const { t, i18n } = useTranslation();
  const right = useActivationRight(token);
  if (right.kind === 'another') {
    return (
      <Notice tone="warning" title={t('ownActivation.another')}>
        <p>{t('ownActivation.anotherText')}</p>
        <SupportLines compact />
      </Notice>
    );
  }
  if (right.kind === 'none' || right.until === null) return null;
  return (
    <Notice tone="warning" title={t('ownActivation.hurry')} icon="clock">
      <p>{t('ownActivation.until', { time: formatTime(right.until, i18n.language) })}</p>
    </Notice>
  );
}
