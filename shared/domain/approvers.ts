import { type HeldChange, isRescue } from './change.ts';
import type { ApprovalPolicy } from './company.ts';
import type { Device } from './device.ts';
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

/** A phone that may authorize: of an enabled user whose token is active with it. */
export interface Phone {
  readonly userId: string;
  readonly deviceId: string;
}

/** Whose change it is, and whether its holder is left out. */
interface People {
  readonly holderId: string;
  readonly requesterId: string;
  readonly holderExcluded: boolean;
}

/** Of these phones, those that the policy asks: never the requester's as another's, nor an excluded holder's. */
export function phonesToAsk(policy: ApprovalPolicy, phones: readonly Phone[], people: People): Phone[] {
  return phones.filter(({ userId }) => isAsked(policy, userId, people));
}

/** The phones that could be asked: the company's administrators', and the holder's where it may authorize. */
export interface Phones {
  readonly administrators: readonly Phone[];
  readonly holder: Phone | null;
}

/** True where the company's policy, or one that it falls back to, leaves somebody to ask about the change. */
export function isAnybodyAsked(policy: ApprovalPolicy, { administrators, holder }: Phones, people: People): boolean {
  const holders = holder ? [holder] : [];
  return policiesToTry(policy).some(
    (tried) => phonesToAsk(tried, tried === 'HOLDER' ? holders : administrators, people).length > 0,
  );
}

function isAsked(policy: ApprovalPolicy, userId: string, { holderId, requesterId, holderExcluded }: People): boolean {
  if (userId === holderId && holderExcluded) return false;
  switch (policy) {
    case 'HOLDER':
      return userId === holderId;
    case 'REQUESTER':
      return userId === requesterId;
    case 'OTHER_ADMINISTRATOR':
      return userId !== requesterId;
  }
}

/** True if the user is an approver of the change by its stored policy, and still an administrator unless as holder. */
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
    case 'BANK':
      return false;
  }
}

/** A phone proves a decision of the change only where it was enrolled before it and is not retired. */
export function isOlderPhone({ enrolledAt, retiredAt }: Device, change: HeldChange): boolean {
  return retiredAt === undefined && Date.parse(enrolledAt) < Date.parse(change.createdAt);
}

/** A person with a phone, as they are now. */
export interface Candidate {
  readonly user: User | undefined;
  readonly device: Device | undefined;
  /** The phone that their token is active with, if it is. */
  readonly activeDeviceId: string | undefined;
}

/** Where a held change stands: whether anybody may still decide it, and whether its requester is suspended. */
export interface HoldStanding {
  readonly decidable: boolean;
  readonly suspended: boolean;
}

/** True if one of these may still decide the change; a rescue is the bank's to decide as long as it is held. */
export function isDecidable(change: HeldChange, candidates: readonly Candidate[]): boolean {
  return (
    isRescue(change) ||
    candidates.some(
      ({ user, device, activeDeviceId }) =>
        user?.enabled === true &&
        isApprover(change, user) &&
        device !== undefined &&
        device.deviceId === activeDeviceId &&
        isOlderPhone(device, change),
    )
  );
}
