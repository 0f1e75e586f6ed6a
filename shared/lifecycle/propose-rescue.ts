import { availableActions, livePendingChange } from '../domain/actions.ts';
import { digest } from '../domain/canonical.ts';
import type { Change, HeldChange } from '../domain/change.ts';
import { newChange, newHold } from '../domain/new-change.ts';
import type { RescueProposal } from '../domain/rescue.ts';
import type { Staff } from '../domain/staff.ts';
import { hold, staffActor } from '../domain/transitions.ts';
import { requireEnvNumber } from '../env.ts';
import { ProblemError } from '../errors.ts';
import { aboutChange, correlate, log } from '../logger.ts';
import { count } from '../metrics.ts';
import { checkUser } from '../repositories/checks.ts';
import type { UsernameOwner } from '../repositories/company-writes.ts';
import { readChange, readToken, readUser } from '../repositories/items.ts';
import { changeKey, tokenKey, userKey } from '../repositories/keys.ts';
import { decideAgain, getAll, transact } from '../repositories/table.ts';
import { writesOf } from '../repositories/writes.ts';
import { cataloguedReason } from './catalogued-reason.ts';
import { pendingOf } from './pending-change.ts';
import { assertRescuable, ownerOf } from './rescued-administrator.ts';

const HOLD_SECONDS = requireEnvNumber('HOLD_SECONDS');

export interface ProposedRescue {
  readonly staff: Staff;
  readonly request: RescueProposal;
  readonly requestId: string;
}

/**
 * Proposes a release or unblock of an administrator's token: it is held until a second person of the bank confirms it.
 * The same proposal by the same person again is the same change.
 *
 * @throws ProblemError `VALIDATION_FAILED`, `NOT_FOUND`, `USER_DISABLED`, `ADMINISTRATOR_ONLY`,
 * `CHANGE_ALREADY_PENDING`, `ACTION_NOT_AVAILABLE`.
 */
export async function proposeRescue(proposed: ProposedRescue): Promise<Change> {
  cataloguedReason(proposed.request);
  const owner = await ownerOf(proposed.request.username);
  return decideAgain(() => attempt(proposed, owner));
}

async function attempt({ staff, request, requestId }: ProposedRescue, owner: UsernameOwner): Promise<Change> {
  const { action, reason, note, key } = request;
  const { companyId, tokenId, userId } = owner;
  const changeId = digest([companyId, staff.userId, 'rescue', key]);
  const requestDigest = digest([tokenId, action, reason, note]);
  const [userItem, tokenItem, existing] = await getAll([
    userKey(userId),
    tokenKey(companyId, tokenId),
    changeKey(companyId, changeId),
  ]);
  const earlier = readChange(existing);
  if (earlier) correlate(earlier);
  if (earlier?.requestDigest === requestDigest) return earlier;
  if (earlier) throw new ProblemError('IDEMPOTENCY_KEY_REUSED');
  const user = assertRescuable(readUser(userItem));
  const token = readToken(tokenItem);
  if (!token) throw new ProblemError('NOT_FOUND');

  const now = new Date();
  const pending = livePendingChange(token, now);
  if (pending) throw new ProblemError('CHANGE_ALREADY_PENDING', { change: pending });
  if (!availableActions(token, now).includes(action)) throw new ProblemError('ACTION_NOT_AVAILABLE');

  const held: HeldChange = {
    ...newChange(token, { changeId, action, reason, note, requestedBy: staff, requestDigest, requestId }, now),
    authorization: {
      ...newHold(HOLD_SECONDS, now),
      policy: 'BANK',
      // No phone decides: not the holder's, and nobody else's.
      holderExcluded: true,
      asked: [],
      rescue: { proposedBy: staff },
    },
  };
  const expired = await pendingOf(token);
  const transition = hold(
    token,
    held,
    // The bank's help takes nothing from what the company itself may start.
    { expired: expired?.change ?? null, holdStarts: token.holdStarts },
    { actor: staffActor(staff), now, requestId },
  );
  await transact([...writesOf(transition, now), checkUser(user, { administrator: true })]);
  count('ChangesRequested', action);
  log.info('rescue proposed', aboutChange(held));
  if (expired) count('ChangesExpired', expired.change.action);
  return held;
}
