import { useTranslation } from 'react-i18next';
import { Notice } from '../../common/ui/notice.tsx';
import type { Action, Reason, Token } from '../api-types.ts';
import { useMe } from '../queries.ts';
import { isStuck } from '../who-is-left.ts';
import { SupportLines } from './support-lines.tsx';

/** Nobody could authorize: the safe action, and whom to call when. */
export function DeadEnd({ token, reason }: { token: Token; reason?: Reason | undefined }) {
  const { t } = useTranslation();
  const me = useMe();
  const blockable = token.availableActions.includes('BLOCK');
  return (
    <Notice tone="warning" title={t(isStuck(token) ? 'nobody.stuck' : 'nobody.title')} role="status">
      {reason?.holderExcluded && token.authorizable ? <p>{t('nobody.reason')}</p> : null}
      {token.status === 'BLOCKED' ? <p>{t('nobody.blocked')}</p> : null}
      {blockable ? <p>{t('nobody.block')}</p> : null}
      {me.data?.company.authorizationPolicy === 'OTHER_ADMINISTRATOR' ? <p>{t('nobody.fourEyes')}</p> : null}
      <p>{t('nobody.help')}</p>
      <SupportLines compact />
    </Notice>
  );
}

export interface LeavesNobodyProps {
  readonly token: Token;
  readonly action: Action;
  /** The support lines, unless they are told beside a failure already. */
  readonly withLines: boolean;
}

/** A step after which nobody is left who could authorize, told before it is taken. */
export function LeavesNobody({ token, action, withLines }: LeavesNobodyProps) {
  const { t } = useTranslation();
  const me = useMe();
  if (!token.leavesNobody || action === 'UNBLOCK') return null;
  const own = token.holder.userId === me.data?.user.userId;
  const step = action === 'BLOCK' ? 'BLOCK' : own ? 'RELEASE_OWN' : 'RELEASE';
  return (
    <Notice tone="warning" title={t(`nobody.before.${step}`)}>
      <p>{t(`nobody.after.${step}`)}</p>
      {withLines ? <SupportLines compact /> : null}
    </Notice>
  );
}
