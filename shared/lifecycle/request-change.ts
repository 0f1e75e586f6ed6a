import { randomInt } from 'node:crypto';
import { availableActions, livePendingChange } from '../domain/actions.ts';
import { isHolderExcluded, type Phone, phonesToAsk, policiesToTry } from '../domain/approvers.ts';
import { digest } from '../domain/canonical.ts';
import type { Action, Change, HeldChange } from '../domain/change.ts';
import type { ApprovalPolicy, Company } from '../domain/company.ts';
import { newChange, newHold } from '../domain/new-change.ts';
import type { Reason } from '../domain/reasons.ts';
import { type Limit, takeFrom } from '../domain/sliding-window.ts';
import { supportAt } from '../domain/support.ts';
import { suspensionInForce } from '../domain/suspension.ts';
import type { Token } from '../domain/token.ts';
import { block, endByBlock, hold, type PendingEnd, userActor } from '../domain/transitions.ts';
import { assertCaller, type User } from '../domain/user.ts';
import { requireEnvNumber } from '../env.ts';
import { ProblemError } from '../errors.ts';
import { aboutChange, correlate, inStoryApart, log } from '../logger.ts';
import { count } from '../metrics.ts';
import { deleteActivation } from '../repositories/activations.ts';
import { checkUser } from '../repositories/checks.ts';
import { deleteApprover } from '../repositories/device-writes.ts';
import {
  type FoundChange,
  readApprover,
  readChange,
  readCompany,
  readHold,
  readNotices,
  readSuspension,
  readToken,
  readUser,
} from '../repositories/items.ts';
import {
  approverKey,
  changeKey,
  companyKey,
  holdKey,
  noticesKey,
  suspensionKey,
  tokenKey,
  userKey,
} from '../repositories/keys.ts';
import { checkNotSuspended } from '../repositories/suspensions.ts';
import { decideAgain, getAll, transact } from '../repositories/table.ts';
import { writesOf } from '../repositories/writes.ts';
import { administratorPhones, MAXIMUM_ASKED } from './approver-pages.ts';
import { cataloguedReason } from './catalogued-reason.ts';
import { pendingOf } from './pending-change.ts';
import { tellHold } from './tell-hold.ts';

const HOLD_SECONDS = requireEnvNumber('HOLD_SECONDS');
const HOLDS: Limit = { limit: requireEnvNumber('HOLDS_PER_TOKEN'), seconds: 600 };

/** A requested change, past the edge. */
export interface ChangeRequest {
  readonly caller: User;
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
  /** Whether its requester is suspended for it by now. */
  readonly suspended: boolean;
}

/** What one attempt at deciding has read, consistently. */
interface Read {
  readonly company: Company;
  readonly token: Token;
  readonly requesterPhone: Phone | undefined;
  readonly suspended: boolean;
  readonly now: Date;
}

/**
 * Requests a change of a token's state: a block takes effect at once, a release or unblock is held.
 *
 * @throws ProblemError in the contract's order: 404, 422, `CHANGE_ALREADY_PENDING`, `ACTION_NOT_AVAILABLE`,
 * `REQUESTER_SUSPENDED`, `NO_APPROVER_AVAILABLE`, 429.
 */
export async function requestChange(request: ChangeRequest): Promise<RequestedChange> {
  const reason = cataloguedReason(request);
  // The id makes the conditional Put of the change the idempotency record: no lock can outlive a crash.
  const changeId = digest([request.caller.companyId, request.caller.userId, 'POST /changes', request.idempotencyKey]);
  const requestDigest = digest([request.tokenId, request.action, request.reason, request.note]);
  return decideAgain(() => attempt(request, reason, changeId, requestDigest));
}

async function attempt(
  request: ChangeRequest,
  reason: Reason,
  changeId: string,
  requestDigest: string,
): Promise<RequestedChange> {
  const { companyId, userId } = request.caller;
  const [user, companyItem, tokenItem, existing, holdItem, noticesItem, approver, ...suspensions] = await getAll([
    userKey(userId),
    companyKey(companyId),
    tokenKey(companyId, request.tokenId),
    changeKey(companyId, changeId),
    holdKey(changeId),
    noticesKey(changeId),
    approverKey(companyId, userId),
    suspensionKey(companyId, userId, request.tokenId),
    suspensionKey(companyId, userId, null),
  ]);
  const caller = assertCaller(readUser(user), 'ADMINISTRATOR');
  const company = readCompany(companyItem);
  const token = readToken(tokenItem);
  if (!company || !token) throw new ProblemError('NOT_FOUND');

  const now = new Date();
  const suspended = suspensionInForce(suspensions.map(readSuspension), now) !== undefined;
  const earlier = readChange(existing);
  if (earlier) {
    correlate(earlier);
    if (earlier.requestDigest !== requestDigest) throw new ProblemError('IDEMPOTENCY_KEY_REUSED');
    return { change: earlier, hold: readHold(holdItem), notices: readNotices(noticesItem), replayed: true, suspended };
  }

  const read: Read = { company, token, requesterPhone: readApprover(approver), suspended, now };
  if (request.action !== 'BLOCK' && livePendingChange(token, read.now)) {
    throw new ProblemError('CHANGE_ALREADY_PENDING');
  }
  if (!availableActions(token, read.now).includes(request.action)) throw new ProblemError('ACTION_NOT_AVAILABLE');

  const change = newChange(token, { ...request, requestedBy: caller, changeId, requestDigest }, now);
  return request.action === 'BLOCK' ? blockNow(change, caller, read) : startHold(change, reason, caller, read);
}

async function blockNow(change: Change, caller: User, { token, now }: Read): Promise<RequestedChange> {
  const pending = await pendingOf(token);
  const end = pending ? endByBlock(pending.change, now) : 'NONE';
  const context = { actor: userActor(caller), now, requestId: change.requestId };
  const transition = block(token, change, pending && { change: pending.change, end }, context);
  await transact([
    ...writesOf(transition, now),
    checkUser(caller, { administrator: true }),
    deleteActivation(token.holder.userId),
    deleteApprover({ companyId: token.companyId, userId: token.holder.userId }),
  ]);

  count('ChangesRequested', 'BLOCK');
  count('ChangesApplied', 'BLOCK');
  log.info('change applied at once', aboutChange(change));
  if (pending && end !== 'NONE') await inStoryApart(() => endPending(pending, end));
  const [applied = change] = transition.changes;
  return { change: applied, hold: undefined, notices: undefined, replayed: false, suspended: false };
}

/** What a block puts an end to. */
async function endPending(
  { change, hold }: Pick<FoundChange, 'change' | 'hold'>,
  status: Exclude<PendingEnd, 'NONE'>,
): Promise<void> {
  correlate(change);
  count(status === 'EXPIRED' ? 'ChangesExpired' : 'ChangesSuperseded', change.action);
  log.info('change ended by a block', { ...aboutChange(change), status });
  await tellHold(hold, { changeId: change.changeId, status });
}

async function startHold(change: Change, reason: Reason, caller: User, read: Read): Promise<RequestedChange> {
  const { token, now } = read;
  if (read.suspended) throw new ProblemError('REQUESTER_SUSPENDED');
  const holderExcluded = isHolderExcluded(token, reason);
  const approvers = await findApprovers(read, caller, holderExcluded);
  if (!approvers) throw new ProblemError('NO_APPROVER_AVAILABLE', { support: supportAt(now) });
  const taken = takeFrom(token.holdStarts, HOLDS, now.getTime());
  if (!taken.taken) throw new ProblemError('TOO_MANY_REQUESTS', {}, taken.retryAfter);

  const held: HeldChange = {
    ...change,
    authorization: {
      ...newHold(HOLD_SECONDS, now),
      policy: approvers.policy,
      asked: approvers.asked,
      holderExcluded,
      bindingCode: String(randomInt(1_000_000)).padStart(6, '0'),
    },
  };
  const expired = await pendingOf(token);
  const transition = hold(
    token,
    held,
    { expired: expired?.change ?? null, holdStarts: taken.times },
    { actor: userActor(caller), now, requestId: change.requestId },
  );
  await transact([
    ...writesOf(transition, now),
    checkUser(caller, { administrator: true }),
    ...checkNotSuspended(token.companyId, caller.userId, token.tokenId, now),
  ]);
  count('ChangesRequested', change.action);
  log.info('change requested', aboutChange(held));
  if (expired) count('ChangesExpired', expired.change.action);
  return { change: held, hold: undefined, notices: undefined, replayed: false, suspended: false };
}

/** The company's policy, or the first after it that leaves someone to decide; and the phones of those. */
async function findApprovers(read: Read, caller: User, holderExcluded: boolean): Promise<Approvers | undefined> {
  const { token, company } = read;
  const people = { holderId: token.holder.userId, requesterId: caller.userId, holderExcluded };
  for (const policy of policiesToTry(company.authorizationPolicy)) {
    const asked = phonesToAsk(policy, await phonesOf(policy, read), people).slice(0, MAXIMUM_ASKED);
    if (asked.length > 0) return { policy, asked };
  }
  return undefined;
}

interface Approvers {
  readonly policy: ApprovalPolicy;
  readonly asked: Phone[];
}

/** The phones among which the policy's are; only what the policy needs is read. */
async function phonesOf(policy: ApprovalPolicy, { token, requesterPhone }: Read): Promise<Phone[]> {
  switch (policy) {
    case 'HOLDER':
      return holderPhone(token);
    case 'REQUESTER':
      return requesterPhone ? [requesterPhone] : [];
    case 'OTHER_ADMINISTRATOR':
      return administratorPhones(token.companyId);
  }
}

async function holderPhone({ status, device, holder }: Token): Promise<Phone[]> {
  if (status !== 'ACTIVE' || !device) return [];
  const [item] = await getAll([userKey(holder.userId)]);
  return readUser(item)?.enabled ? [{ userId: holder.userId, deviceId: device.deviceId }] : [];
}
