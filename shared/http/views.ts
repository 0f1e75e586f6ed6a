import { availableActions, livePendingChange } from '../domain/actions.ts';
import { changeStatusAt } from '../domain/change.ts';
import type { Token } from '../domain/token.ts';
import type { User } from '../domain/user.ts';
import type { FoundChange } from '../repositories/items.ts';

/** The contract's `token`: nothing of how it is stored, and never its seed. */
export function tokenView(token: Token, now: Date) {
  const { tokenId, kind, serial, status, holder, device, version, updatedAt } = token;
  return {
    tokenId,
    kind,
    serial,
    status,
    holder,
    device,
    pendingChange: livePendingChange(token, now),
    availableActions: availableActions(token, now),
    version,
    updatedAt,
  };
}

/** The contract's `change` as it is now. */
export function changeView({ change, hold, notices }: FoundChange, now: Date) {
  const { changeId, tokenId, action, reason, note, requestedBy, authorization, createdAt, updatedAt } = change;
  return {
    changeId,
    tokenId,
    action,
    reason,
    note,
    status: changeStatusAt(change, now),
    requestedBy,
    authorization: authorization && {
      policy: authorization.policy,
      expiresAt: authorization.expiresAt,
      ...(authorization.decidedBy ? { decidedBy: authorization.decidedBy } : {}),
      ...(authorization.decidedAt ? { decidedAt: authorization.decidedAt } : {}),
    },
    // Nobody is prompted for a block, nor for a rescue: the bank's persons are on no phone.
    notification: {
      status: authorization && authorization.policy !== 'BANK' ? (hold?.notification ?? 'PENDING') : 'NOT_NEEDED',
    },
    notices: [
      { channel: 'PUSH', status: notices?.push ?? 'PENDING' },
      { channel: 'EMAIL', status: notices?.email ?? 'PENDING' },
    ],
    createdAt,
    updatedAt,
  };
}

/** The change as its requester sees it: while it is held, with the six digits to type in the app. */
export function changeViewFor(caller: User, found: FoundChange, now: Date) {
  const { change } = found;
  const view = changeView(found, now);
  const bindingCode = change.authorization?.bindingCode;
  const shown = view.status === 'PENDING_AUTHORIZATION' && change.requestedBy.userId === caller.userId && bindingCode;
  return shown ? { ...view, bindingCode } : view;
}

/** A person as `/me` and a token show them. */
export function userView({ userId, fullName, username, role }: User) {
  return { userId, fullName, username, role };
}
