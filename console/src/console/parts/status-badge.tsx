import { useTranslation } from 'react-i18next';
import { Badge } from '../../common/ui/badge.tsx';
import type { Tone } from '../../common/ui/notice.tsx';
import type { ChangeStatus, TokenStatus } from '../api-types.ts';

const TOKEN_TONES: Record<TokenStatus, Tone> = {
  PENDING_ENROLLMENT: 'neutral',
  ACTIVE: 'success',
  BLOCKED: 'danger',
  RELEASED: 'info',
  ENABLED: 'success',
  DISABLED: 'neutral',
};

export const CHANGE_TONES: Record<ChangeStatus, Tone> = {
  PENDING_AUTHORIZATION: 'warning',
  AUTHORIZED: 'info',
  APPLIED: 'success',
  REJECTED: 'danger',
  EXPIRED: 'neutral',
  CANCELLED: 'neutral',
  SUPERSEDED: 'neutral',
  FAILED: 'danger',
};

/** A token's state. */
export function TokenBadge({ status }: { status: TokenStatus }) {
  const { t } = useTranslation();
  return <Badge tone={TOKEN_TONES[status] ?? 'neutral'}>{t(`status.${status}`, { defaultValue: status })}</Badge>;
}

/** A change's status. */
export function ChangeBadge({ status }: { status: ChangeStatus }) {
  const { t } = useTranslation();
  return (
    <Badge tone={CHANGE_TONES[status] ?? 'neutral'}>{t(`change.status.${status}`, { defaultValue: status })}</Badge>
  );
}
