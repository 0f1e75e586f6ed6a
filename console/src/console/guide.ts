import type { Change, Me, Reason, Token } from './api-types.ts';

/** The next step of somebody who looks at a held change (`docs/guidance.md`). */
export type Guide =
  | 'AUTHORIZES_OWN'
  | 'ASKS_ADMINISTRATOR'
  | 'ASKS_HOLDER'
  | 'AUTHORIZES'
  | 'OWN_TOKEN'
  | 'WATCHES'
  | 'BANK';

/** The people of a change and how it is authorized. */
export type GuidedChange = Pick<Change, 'requestedBy' | 'holder' | 'authorization'>;

/** True where the holder's phone is not asked: it may be in other hands, or its token is not active. */
export function isHolderLeftOut(token: Token | undefined, reason: Reason | undefined): boolean {
  return token?.status !== 'ACTIVE' || reason?.holderExcluded !== false;
}

/** Chooses the guide by who looks. A holder of whom it is not known yet that they may authorize is not told to. */
export function chooseGuide(change: GuidedChange, me: Me['user'] | undefined, holderLeftOut: boolean): Guide {
  const policy = change.authorization?.policy;
  const isHolder = me?.userId === change.holder.userId;
  const authorizes = !(isHolder && holderLeftOut);
  if (policy === 'BANK') return 'BANK';
  if (me?.userId === change.requestedBy.userId) {
    if (policy === 'OTHER_ADMINISTRATOR') return 'ASKS_ADMINISTRATOR';
    return policy === 'REQUESTER' || isHolder ? 'AUTHORIZES_OWN' : 'ASKS_HOLDER';
  }
  if (authorizes && (policy === 'OTHER_ADMINISTRATOR' || (policy === 'HOLDER' && isHolder))) return 'AUTHORIZES';
  return isHolder ? 'OWN_TOKEN' : 'WATCHES';
}
