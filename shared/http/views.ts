import { availableActions, livePendingChange } from '../domain/actions.ts';
import type { HoldStanding } from '../domain/approvers.ts';
import { changeStatusAt } from '../domain/change.ts';
import { namePerson } from '../domain/change-names.ts';
import { changeNumber } from '../domain/change-number.ts';
import { readTokenId } from '../domain/event.ts';
import type { Token } from '../domain/token.ts';
import type { Person, User } from '../domain/user.ts';
import type { CompanyEvent } from '../repositories/company-events.ts';
import type { FoundChange } from '../repositories/items.ts';

/** The contract's `token`: nothing of how it is stored, and never its seed. */
export function tokenView(token: Token, now: Date) {
  const { tokenId, kind, serial, status, holder, device, version, updatedAt } = token;
  return {
    tokenId,
    kind,
    serial,
    status,
    holder: { ...holder, enabled: holder.enabled ?? true },
    device,
    pendingChange: livePendingChange(token, now),
    availableActions: availableActions(token, now),
    version,
    updatedAt,
  };
}

/** The contract's `change` as it is now. */
export function changeView({ change, hold, notices }: FoundChange, now: Date) {
  const { changeId, tokenId, action, reason, note, authorization, outcome, createdAt, updatedAt } = change;
  const named = (person: Person) => namePerson(change, person);
  return {
    changeId,
    number: changeNumber(changeId),
    tokenId,
    action,
    reason,
    note,
    status: changeStatusAt(change, now),
    requestedBy: named(change.requestedBy),
    holder: named(change.holder),
    authorization: authorization && {
      policy: authorization.policy,
      expiresAt: authorization.expiresAt,
      ...(authorization.decidedBy ? { decidedBy: named(authorization.decidedBy) } : {}),
      ...(authorization.decidedAt ? { decidedAt: authorization.decidedAt } : {}),
    },
    ...(outcome ? { outcome: { ...outcome, by: outcome.by && named(outcome.by) } } : {}),
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

/** The contract's `event` as the whole company's record has it. */
export function companyEventView(companyId: string, { tokenId, event }: CompanyEvent) {
  return { companyId, tokenId: readTokenId(tokenId), ...event };
}

/** The change as its requester sees it: while it is held and they are not suspended, with the six digits to type. */
export function changeViewFor(
  caller: Pick<User, 'userId'>,
  found: FoundChange,
  { suspended }: { suspended: boolean },
  now: Date,
) {
  const { change } = found;
  const view = changeView(found, now);
  const bindingCode = change.authorization?.bindingCode;
  const isRequester = change.requestedBy.userId === caller.userId;
  const shown = view.status === 'PENDING_AUTHORIZATION' && isRequester && !suspended && bindingCode;
  return shown ? { ...view, bindingCode } : view;
}

/** A change read alone: while it is held, it says whether anybody is left who may decide it. */
export function changeViewWith(caller: User, found: FoundChange, standing: HoldStanding | undefined, now: Date) {
  const view = changeViewFor(caller, found, { suspended: standing?.suspended ?? false }, now);
  if (!view.authorization || !standing) return view;
  return { ...view, authorization: { ...view.authorization, decidable: standing.decidable } };
}

/** A person as `/me` and a token show them. */
export function userView({ userId, fullName, username, role }: User) {
  return { userId, fullName, username, role };
}
