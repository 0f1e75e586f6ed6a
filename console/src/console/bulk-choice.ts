import type { ListedToken } from './api-types.ts';

/** The actions that can be done for many at once. Each release or unblock needs its own authorization with its own code. */
export type BulkAction = 'block' | 'codes';

/** A chosen token: as much of it as is kept while the page is open. */
export type Chosen = Pick<ListedToken, 'tokenId' | 'status' | 'availableActions'> & {
  readonly holder: Pick<ListedToken['holder'], 'userId' | 'fullName' | 'username' | 'role' | 'enabled'>;
};

/** At most so many at once: what a browser's tab keeps, and a person looks through. */
export const MOST_CHOSEN = 1000;

/** Keeps of a token what a choice needs. */
export function toChosen({ tokenId, status, availableActions, holder }: ListedToken): Chosen {
  const { userId, fullName, username, role, enabled } = holder;
  return { tokenId, status, availableActions, holder: { userId, fullName, username, role, enabled } };
}

/** Those for whom the action can be done, and those left out. One's own token is left out: that needs its own dialog. */
export function splitChosen(
  action: BulkAction,
  chosen: readonly Chosen[],
  ownUserId: string,
): { fit: Chosen[]; own: Chosen[]; unfit: Chosen[] } {
  const own = chosen.filter(({ holder }) => holder.userId === ownUserId);
  const others = chosen.filter(({ holder }) => holder.userId !== ownUserId);
  const isFit = action === 'block' ? canBlock : canActivate;
  return { fit: others.filter(isFit), own, unfit: others.filter((each) => !isFit(each)) };
}

/** A block that only supersedes what waits for an already blocked token is left to its own dialog. */
function canBlock({ status, availableActions }: Chosen): boolean {
  return status !== 'BLOCKED' && availableActions.includes('BLOCK');
}

function canActivate({ status, holder }: Chosen): boolean {
  return holder.enabled && (status === 'PENDING_ENROLLMENT' || status === 'RELEASED');
}
