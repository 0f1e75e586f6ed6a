import type { HeldChange } from './change.ts';
import type { ApprovalPolicy } from './company.ts';
import type { Reason } from './reasons.ts';
import type { Token } from './token.ts';
import { isAdministrator, type User } from './user.ts';

/** Where a policy leaves nobody, the next one is used. */
const FALLBACK_ORDER: readonly ApprovalPolicy[] = ['HOLDER', 'REQUESTER', 'OTHER_ADMINISTRATOR'];

/** The policies to try for a change of a company with this policy, first the company's own. */
export function policiesToTry(policy: ApprovalPolicy): readonly ApprovalPolicy[] {
  return FALLBACK_ORDER.slice(FALLBACK_ORDER.indexOf(policy));
}

/** The holder is not asked when the token is not active, or for a reason that puts their phone or their stay in doubt. */
export function isHolderExcluded(token: Token, reason: Reason): boolean {
  return token.status !== 'ACTIVE' || reason.holderExcluded;
}

/** Who could be asked, of those the policy names; `hasPhone` are users enabled with an active token and a phone. */
export interface Candidates {
  readonly requesterHasPhone: boolean;
  readonly holderHasPhone: boolean;
  /** An enabled administrator with a phone other than the requester (and than the holder, where excluded). */
  readonly otherAdministratorHasPhone: boolean;
}

/** Whether the policy leaves anyone to decide. */
export function leavesSomeone(
  policy: ApprovalPolicy,
  candidates: Candidates,
  { holderExcluded, requesterIsHolder }: { holderExcluded: boolean; requesterIsHolder: boolean },
): boolean {
  switch (policy) {
    case 'HOLDER':
      return !holderExcluded && candidates.holderHasPhone;
    case 'REQUESTER':
      return !(holderExcluded && requesterIsHolder) && candidates.requesterHasPhone;
    case 'OTHER_ADMINISTRATOR':
      return candidates.otherAdministratorHasPhone;
  }
}

/** Whether the user is an approver of the change under its stored policy, and still an administrator unless as holder. */
export function isApprover(change: HeldChange, user: User): boolean {
  const { policy, holderExcluded } = change.authorization;
  const isHolder = user.userId === change.holder.userId;
  if (user.companyId !== change.companyId || (isHolder && holderExcluded)) return false;
  switch (policy) {
    case 'HOLDER':
      return isHolder;
    case 'REQUESTER':
      return isAdministrator(user) && user.userId === change.requestedBy.userId;
    case 'OTHER_ADMINISTRATOR':
      return isAdministrator(user) && user.userId !== change.requestedBy.userId;
  }
}
