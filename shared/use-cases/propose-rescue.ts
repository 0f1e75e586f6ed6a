import { availableActions, livePendingChange } from '../domain/actions.ts';
import { deriveId, digest } from '../domain/canonical.ts';
import type { Change, HeldChange } from '../domain/change.ts';
import { newChange, newHold } from '../domain/new-change.ts';
import type { RescueProposal } from '../domain/rescue.ts';
import type { Staff } from '../domain/staff.ts';
import { hold, staffActor } from '../domain/transitions.ts';
import { ProblemError } from '../errors.ts';
import { checkUser } from '../repositories/checks.ts';
import { changes, companies, tokens, type UsernameOwner, users } from '../repositories/items.ts';
import { transitionWrites } from '../repositories/writes.ts';
import { aboutChange, correlate, log } from '../telemetry/log.ts';
import { count } from '../telemetry/metrics.ts';
import type { Uses } from '../world.ts';
import { cataloguedReason } from './catalogued-reason.ts';
import { findPendingChange } from './find-pending-change.ts';
import { assertRescuable, findUsernameOwner } from './rescued-administrator.ts';
import { settleBeforeRefusal } from './settle-change.ts';
import { startHold } from './start-hold.ts';

type World = Uses<'tables' | 'clock' | 'random' | 'workflow', 'holdSeconds'>;

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
export async function proposeRescue(world: World, proposed: ProposedRescue): Promise<Change> {
  cataloguedReason(proposed.request);
  const owner = await findUsernameOwner(world, proposed.request.username);
  const change = await world.tables.decideAgain(() => proposeOnce(world, proposed, owner));
  await startHold(world, change);
  return change;
}

async function proposeOnce(
  world: World,
  { staff, request, requestId }: ProposedRescue,
  owner: UsernameOwner,
): Promise<Change> {
  const { tables, clock, random, settings } = world;
  const { action, reason, note, key } = request;
  const { companyId, tokenId, userId } = owner;
  const changeId = deriveId(companyId, staff.userId, 'rescue', key);
  const requestDigest = digest([tokenId, action, reason, note]);
  const read = await tables.read({
    user: users.at(userId),
    token: tokens.at(companyId, tokenId),
    earlier: changes.at(companyId, changeId),
    company: companies.at(companyId),
  });
  const { token, earlier, company } = read;
  if (earlier) correlate(earlier);
  if (earlier?.requestDigest === requestDigest) return earlier;
  if (earlier) throw new ProblemError('IDEMPOTENCY_KEY_REUSED');
  const user = assertRescuable(read.user);
  if (!token) throw new ProblemError('NOT_FOUND');

  const now = clock.now();
  const pending = livePendingChange(token, now);
  if (pending) throw new ProblemError('CHANGE_ALREADY_PENDING', { change: pending });
  await settleBeforeRefusal(world, token, now, async () => {
    if (!availableActions(token, now).includes(action)) throw new ProblemError('ACTION_NOT_AVAILABLE');
  });

  const held: HeldChange = {
    ...newChange(
      token,
      { changeId, action, reason, note, requestedBy: staff, requestDigest, requestId },
      now,
      company?.name,
    ),
    authorization: {
      ...newHold(settings.holdSeconds, now, random),
      policy: 'BANK',
      // No phone decides: not the holder's, and nobody else's.
      holderExcluded: true,
      asked: [],
      rescue: { proposedBy: staff },
    },
  };
  const expired = await findPendingChange(world, token);
  const transition = hold(
    token,
    held,
    // The bank's help takes nothing from what the company itself may start.
    { expired: expired?.change ?? null, holdStarts: token.holdStarts },
    { actor: staffActor(staff), now, requestId },
  );
  await tables.transact([...transitionWrites(transition, now), checkUser(user, { administrator: true })]);
  count('ChangesRequested', action);
  log.info('rescue proposed', aboutChange(held));
  if (expired) count('ChangesExpired', expired.change.action);
  return held;
}
