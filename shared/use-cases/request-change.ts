import { availableActions, livePendingChange } from '../domain/actions.ts';
import { isHolderExcluded, type Phone, phonesToAsk, policiesToTry } from '../domain/approvers.ts';
import { deriveId, digest } from '../domain/canonical.ts';
import type { Action, Change, HeldChange } from '../domain/change.ts';
import { withUsername } from '../domain/change-names.ts';
import type { ApprovalPolicy, Company } from '../domain/company.ts';
import { newChange, newHold } from '../domain/new-change.ts';
import type { Reason } from '../domain/reasons.ts';
import { takeFrom } from '../domain/sliding-window.ts';
import { supportAt } from '../domain/support.ts';
import { suspensionInForce } from '../domain/suspension.ts';
import type { Token } from '../domain/token.ts';
import { block, endByBlock, hold, type PendingEnd, userActor } from '../domain/transitions.ts';
import type { User } from '../domain/user.ts';
import { ProblemError } from '../errors.ts';
import { deleteActivation } from '../repositories/activations.ts';
import { administratorPhones, MAXIMUM_ASKED } from '../repositories/approver-phones.ts';
import { checkUser } from '../repositories/checks.ts';
import { deleteApprover } from '../repositories/device-writes.ts';
import {
  approvers,
  changes,
  companies,
  type FoundChange,
  holds,
  notices,
  suspensions,
  tokens,
  users,
} from '../repositories/items.ts';
import { checkNotSuspended } from '../repositories/suspensions.ts';
import { transitionWrites } from '../repositories/writes.ts';
import { aboutChange, correlate, inStoryApart, log } from '../telemetry/log.ts';
import { count } from '../telemetry/metrics.ts';
import type { Uses } from '../world.ts';
import { answerTask } from './answer-task.ts';
import { cataloguedReason } from './catalogued-reason.ts';
import { findPendingChange } from './find-pending-change.ts';
import { readWithCaller } from './read-with-caller.ts';
import { settleBeforeRefusal, settleChange } from './settle-change.ts';
import { startHold } from './start-hold.ts';
import { watchBlocks } from './watch-blocks.ts';

type World = Uses<'tables' | 'ahead' | 'clock' | 'random' | 'workflow', 'holdSeconds' | 'holdsPerToken'>;

/** The time in which the started holds of one token are counted, in seconds. */
const HOLDS_WINDOW_SECONDS = 600;

/** A requested change, past the edge. */
export interface ChangeRequest {
  readonly caller: Pick<User, 'userId'>;
  readonly tokenId: string;
  readonly action: Action;
  readonly reason: string;
  readonly note: string | null;
  readonly idempotencyKey: string;
  readonly requestId: string;
}

/** The change as it now is; `replayed` where the same request was made before. */
export interface RequestedChange extends FoundChange {
  readonly replayed: boolean;
  /** True if its requester is suspended for it by now. */
  readonly suspended: boolean;
}

/** The change as it may be shown at one moment: a view of another moment could call it expired before that is written. */
export interface ShownRequest extends RequestedChange {
  readonly shownAt: Date;
}

/** The facts that one try at deciding has read, consistently. */
interface Facts {
  readonly company: Company;
  readonly token: Token;
  readonly requesterPhone: Phone | undefined;
  readonly suspended: boolean;
  readonly now: Date;
}

/**
 * Requests a change of a token's state: a block takes effect at once, a release or unblock is held.
 *
 * @throws ProblemError in the contract's order: the caller's 403, 404, 422, `CHANGE_ALREADY_PENDING`, `ACTION_NOT_AVAILABLE`,
 * `REQUESTER_SUSPENDED`, `NO_APPROVER_AVAILABLE`, 429.
 */
export async function requestChange(world: World, request: ChangeRequest): Promise<ShownRequest> {
  const reason = cataloguedReason(request);
  const requestDigest = digest([request.tokenId, request.action, request.reason, request.note]);
  const requested = await world.tables.decideAgain(() => requestOnce(world, request, reason, requestDigest));
  if (!requested.replayed) await startHold(world, requested.change);
  const now = world.clock.now();
  return { ...requested, change: await settleChange(world, requested.change, now), shownAt: now };
}

/** The id makes the conditional Put of the change the idempotency record: no lock can outlive a crash. */
function nameChange(companyId: string, { caller, idempotencyKey }: ChangeRequest): string {
  return deriveId(companyId, caller.userId, 'POST /changes', idempotencyKey);
}

async function requestOnce(
  world: World,
  request: ChangeRequest,
  reason: Reason,
  requestDigest: string,
): Promise<RequestedChange> {
  const { userId } = request.caller;
  const { caller, read } = await readWithCaller(world, request.caller, 'ADMINISTRATOR', (companyId) => {
    const changeId = nameChange(companyId, request);
    return {
      company: companies.at(companyId),
      token: tokens.at(companyId, request.tokenId),
      earlier: changes.at(companyId, changeId),
      hold: holds.at(changeId),
      notice: notices.at(changeId),
      approver: approvers.at(companyId, userId),
      suspended: suspensions.at(companyId, userId),
    };
  });
  const { company, token, earlier, hold, notice, approver, suspended } = read;
  const changeId = nameChange(caller.companyId, request);
  if (!company || !token) throw new ProblemError('NOT_FOUND');

  const now = world.clock.now();
  const isSuspended = suspensionInForce(suspended, request.tokenId, now) !== undefined;
  if (earlier) {
    correlate(earlier);
    if (earlier.requestDigest !== requestDigest) throw new ProblemError('IDEMPOTENCY_KEY_REUSED');
    return { change: earlier, hold, notices: notice, replayed: true, suspended: isSuspended };
  }

  const facts: Facts = { company, token, requesterPhone: approver, suspended: isSuspended, now };
  if (request.action !== 'BLOCK' && livePendingChange(token, now)) {
    throw new ProblemError('CHANGE_ALREADY_PENDING');
  }
  return settleBeforeRefusal(world, token, now, async () => {
    if (!availableActions(token, now).includes(request.action)) throw new ProblemError('ACTION_NOT_AVAILABLE');
    const asked = { ...request, requestedBy: caller, changeId, requestDigest };
    const change = withUsername(newChange(token, asked, now, company.name), caller);
    return request.action === 'BLOCK'
      ? blockNow(world, change, caller, facts)
      : holdChange(world, change, reason, caller, facts);
  });
}

async function blockNow(world: World, change: Change, caller: User, { token, now }: Facts): Promise<RequestedChange> {
  const pending = await findPendingChange(world, token);
  const end = pending ? endByBlock(pending.change, now) : 'NONE';
  const context = { actor: userActor(caller), now, requestId: change.requestId };
  const transition = block(token, change, pending && { change: withUsername(pending.change, caller), end }, context);
  await world.tables.transact([
    ...transitionWrites(transition, now),
    checkUser(caller, { administrator: true }),
    deleteActivation(token.holder.userId),
    deleteApprover({ companyId: token.companyId, userId: token.holder.userId }),
  ]);

  count('ChangesRequested', 'BLOCK');
  count('ChangesApplied', 'BLOCK');
  log.info('change applied at once', aboutChange(change));
  if (pending && end !== 'NONE') await inStoryApart(() => endPending(world, pending, end));
  await watchBlocks(world, { token, requesterId: caller.userId, now });
  const [applied] = transition.changes;
  return { change: applied, hold: undefined, notices: undefined, replayed: false, suspended: false };
}

/** Tells of the change that a block has ended. */
async function endPending(
  world: World,
  { change, hold }: Pick<FoundChange, 'change' | 'hold'>,
  status: Exclude<PendingEnd, 'NONE'>,
): Promise<void> {
  correlate(change);
  count(status === 'EXPIRED' ? 'ChangesExpired' : 'ChangesSuperseded', change.action);
  log.info('change ended by a block', { ...aboutChange(change), status });
  await answerTask(world, hold, { changeId: change.changeId, status });
}

async function holdChange(
  world: World,
  change: Change,
  reason: Reason,
  caller: User,
  facts: Facts,
): Promise<RequestedChange> {
  const { token, now } = facts;
  const { holdSeconds, holdsPerToken } = world.settings;
  if (facts.suspended) throw new ProblemError('REQUESTER_SUSPENDED');
  const holderExcluded = isHolderExcluded(token, reason);
  const found = await findApprovers(world, facts, caller, holderExcluded);
  if (!found) throw new ProblemError('NO_APPROVER_AVAILABLE', { support: supportAt(now) });
  const taken = takeFrom(token.holdStarts, { limit: holdsPerToken, seconds: HOLDS_WINDOW_SECONDS }, now.getTime());
  if (!taken.taken) throw new ProblemError('TOO_MANY_REQUESTS', {}, taken.retryAfter);

  const held: HeldChange = {
    ...change,
    authorization: {
      ...newHold(holdSeconds, now, world.random),
      policy: found.policy,
      asked: found.asked,
      holderExcluded,
      bindingCode: String(world.random.below(1_000_000)).padStart(6, '0'),
    },
  };
  const expired = await findPendingChange(world, token);
  const transition = hold(
    token,
    held,
    { expired: expired?.change ?? null, holdStarts: taken.times },
    { actor: userActor(caller), now, requestId: change.requestId },
  );
  await world.tables.transact([
    ...transitionWrites(transition, now),
    checkUser(caller, { administrator: true }),
    checkNotSuspended(token.companyId, caller.userId, token.tokenId, now),
  ]);
  count('ChangesRequested', change.action);
  log.info('change requested', aboutChange(held));
  if (expired) count('ChangesExpired', expired.change.action);
  return { change: held, hold: undefined, notices: undefined, replayed: false, suspended: false };
}

/** Finds the company's policy, or the first after it that leaves someone to decide; and the phones of those. */
async function findApprovers(
  world: World,
  facts: Facts,
  caller: User,
  holderExcluded: boolean,
): Promise<Approvers | undefined> {
  const { token, company } = facts;
  const people = { holderId: token.holder.userId, requesterId: caller.userId, holderExcluded };
  for (const policy of policiesToTry(company.authorizationPolicy)) {
    const asked = phonesToAsk(policy, await readPhones(world, policy, facts), people).slice(0, MAXIMUM_ASKED);
    if (asked.length > 0) return { policy, asked };
  }
  return undefined;
}

interface Approvers {
  readonly policy: ApprovalPolicy;
  readonly asked: Phone[];
}

/** Reads the phones among which the policy's are, and no others. */
async function readPhones(world: World, policy: ApprovalPolicy, { token, requesterPhone }: Facts): Promise<Phone[]> {
  switch (policy) {
    case 'HOLDER':
      return holderPhone(world, token);
    case 'REQUESTER':
      return requesterPhone ? [requesterPhone] : [];
    case 'OTHER_ADMINISTRATOR':
      return administratorPhones(world.tables, token.companyId);
  }
}

async function holderPhone({ tables }: World, { status, device, holder }: Token): Promise<Phone[]> {
  if (status !== 'ACTIVE' || !device) return [];
  const { user } = await tables.read({ user: users.at(holder.userId) });
  return user?.enabled ? [{ userId: holder.userId, deviceId: device.deviceId }] : [];
}
