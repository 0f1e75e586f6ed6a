import { statusAfter } from './actions.ts';
import {
  type Change,
  type ChangeStatus,
  type ClosingCause,
  changeStatusAt,
  type HeldChange,
  isRescue,
  type Outcome,
  type RecordedDecision,
} from './change.ts';
import { type Actor, appendEvents, type EventContent, type EventType, type TokenEvent } from './event.ts';
import type { Staff } from './staff.ts';
import type { Suspension } from './suspension.ts';
import type { Token } from './token.ts';
import { asPerson, type Person } from './user.ts';

/** The writes of one decision: the token and the changes as they become, and the events that say so. */
export interface Transition {
  readonly token: Token;
  /** First the change that it is about. */
  readonly changes: readonly [Change, ...Change[]];
  readonly events: readonly TokenEvent[];
}

/** Who does it, when, and in which request of the gateway's. */
export interface Context {
  readonly actor: Actor;
  readonly now: Date;
  readonly requestId: string;
}

/** A person as the actor of an event. */
export function userActor(person: Person): Actor {
  return { type: 'USER', ...asPerson(person) };
}

/** One of the bank's people as the actor of an event. */
export function staffActor(staff: Staff): Actor {
  return { type: 'BANK', ...asPerson(staff) };
}

/** The service itself: a time-out, or the workflow carrying out what a person authorized. */
export const SYSTEM: Actor = { type: 'SYSTEM' };

/**
 * Milliseconds after its status changes until the reconciler first looks at an open change: as long as the
 * workflow usually takes. Meeting it there does no harm, and a fault is not to wait for a second run.
 */
export const RECONCILE_AFTER_MS = 2_000;

function dueAfter(now: Date): string {
  return new Date(now.getTime() + RECONCILE_AFTER_MS).toISOString();
}

function composeEvent(
  type: EventType,
  change: Change,
  context: Context,
  details: EventContent['details'] = {},
): EventContent {
  const { changeId, action, reason, note } = change;
  return {
    type,
    at: context.now.toISOString(),
    actor: context.actor,
    change: { changeId, action, reason, note },
    details: { ...details, requestId: context.requestId },
  };
}

/** The token's next version with its events appended. */
export function nextToken(
  token: Token,
  members: Partial<Token>,
  events: readonly EventContent[],
  now: Date,
): { token: Token; events: TokenEvent[] } {
  return appendEvents({ ...token, ...members, version: token.version + 1, updatedAt: now.toISOString() }, events);
}

/** A change in its next version and status; once it is not held any more its binding code is gone. */
function nextChange(change: Change, status: ChangeStatus, outcome: Outcome | undefined, now: Date): Change {
  const next: Change = {
    ...change,
    status,
    ...(outcome ? { outcome } : {}),
    updatedAt: now.toISOString(),
    version: change.version + 1,
    dueAt: dueAfter(now),
  };
  if (!change.authorization || status === 'PENDING_AUTHORIZATION') return next;
  const { bindingCode: _shownNoMore, ...authorization } = change.authorization;
  return { ...next, authorization };
}

/** The earlier change's end, written in the transaction of whatever ends it. */
function endEarlier(
  earlier: Change,
  end: { status: 'EXPIRED' } | { status: 'SUPERSEDED'; by: Person },
  context: Context,
) {
  const outcome: Outcome = { cause: end.status, by: end.status === 'EXPIRED' ? null : end.by };
  return {
    change: nextChange(earlier, end.status, outcome, context.now),
    event: composeEvent(
      `CHANGE_${end.status}`,
      earlier,
      end.status === 'EXPIRED' ? { ...context, actor: SYSTEM } : context,
    ),
  };
}

/** Starts the hold of a release or unblock; an earlier change found past its time is closed by the same transaction. */
export function hold(
  token: Token,
  change: HeldChange,
  { expired, holdStarts }: { expired: Change | null; holdStarts: number[] },
  context: Context,
): Transition {
  const ended = expired && endEarlier(expired, { status: 'EXPIRED' }, context);
  const { changeId, action, status, authorization } = change;
  const next = nextToken(
    token,
    { pendingChange: { changeId, action, status, expiresAt: authorization.expiresAt }, holdStarts },
    [
      ...(ended ? [ended.event] : []),
      composeEvent('CHANGE_REQUESTED', change, context, { policy: authorization.policy }),
    ],
    context.now,
  );
  const held: Change = { ...change, dueAt: dueAfter(context.now) };
  return { ...next, changes: [held, ...(ended ? [ended.change] : [])] };
}

/**
 * Blocks at once, and ends whatever change was not yet applied, but for a rescue: that is the bank's to end. The state
 * before is kept only when entering `BLOCKED`.
 */
export function block(
  token: Token,
  change: Change,
  pending: { change: Change; end: PendingEnd } | null,
  context: Context,
): Transition {
  const ended =
    pending && pending.end !== 'NONE'
      ? endEarlier(pending.change, { status: pending.end, by: change.requestedBy }, context)
      : null;
  const entering = token.status !== 'BLOCKED';
  const next = nextToken(
    token,
    {
      status: 'BLOCKED',
      ...(pending?.end === 'NONE' ? {} : { pendingChange: null }),
      ...(entering ? { statusBeforeBlock: beforeBlock(token) } : {}),
    },
    [
      ...(ended ? [ended.event] : []),
      composeEvent('CHANGE_APPLIED', change, context, { from: token.status, to: 'BLOCKED' }),
    ],
    context.now,
  );
  const applied: Change = { ...change, status: 'APPLIED', outcome: { cause: 'IMMEDIATE', by: change.requestedBy } };
  return { ...next, changes: [applied, ...(ended ? [ended.change] : [])] };
}

/** Ends the change that is not yet applied when a block comes: a rescue goes on, unless its time is over. */
export type PendingEnd = 'SUPERSEDED' | 'EXPIRED' | 'NONE';

export function endByBlock(pending: Change, now: Date): PendingEnd {
  if (changeStatusAt(pending, now) === 'EXPIRED') return 'EXPIRED';
  return isRescue(pending) ? 'NONE' : 'SUPERSEDED';
}

function beforeBlock({ status }: Token): NonNullable<Token['statusBeforeBlock']> {
  if (status === 'PENDING_ENROLLMENT' || status === 'ACTIVE' || status === 'RELEASED') return status;
  throw new Error(`A ${status} token has no BLOCK`);
}

/** Records the phone's decision: an approval lets the change be applied, a rejection closes it. */
export function decide(
  token: Token,
  change: HeldChange,
  decided: {
    by: Person;
    recorded: RecordedDecision;
    /** Until when a disowned request suspends its requester. */
    suspendedUntil?: string | undefined;
    /** The app's word on how it knew the person. */
    userVerification?: string | undefined;
  },
  context: Context,
): Transition {
  const approved = decided.recorded.decision === 'APPROVE';
  const status = approved ? 'AUTHORIZED' : 'REJECTED';
  const authorization = {
    ...change.authorization,
    decidedBy: asPerson(decided.by),
    decidedAt: context.now.toISOString(),
    recorded: decided.recorded,
  };
  const next = nextToken(
    token,
    { pendingChange: approved && token.pendingChange ? { ...token.pendingChange, status } : null },
    [
      composeEvent(`CHANGE_${status}`, change, context, {
        policy: authorization.policy,
        deviceId: decided.recorded.kid,
        ...verifiedBy(decided),
        ...(decided.suspendedUntil ? { disowned: true, requesterSuspendedUntil: decided.suspendedUntil } : {}),
      }),
    ],
    context.now,
  );
  const outcome = approved ? undefined : rejection(asPerson(decided.by), decided.suspendedUntil);
  return { ...next, changes: [nextChange({ ...change, authorization }, status, outcome, context.now)] };
}

/** Records that the phone that had rejected the change disowns it as well: only its requester's suspension is new. */
export function disown(
  token: Token,
  change: HeldChange,
  disowned: { by: Person; recorded: RecordedDecision; suspendedUntil: string; userVerification?: string | undefined },
  context: Context,
): Transition {
  const { by, recorded, suspendedUntil } = disowned;
  const { policy } = change.authorization;
  const event = composeEvent('CHANGE_REJECTED', change, context, {
    policy,
    deviceId: recorded.kid,
    ...verifiedBy(disowned),
    disowned: true,
    requesterSuspendedUntil: suspendedUntil,
  });
  const authorization = { ...change.authorization, recorded };
  const closed = nextChange(
    { ...change, authorization },
    change.status,
    rejection(asPerson(by), suspendedUntil),
    context.now,
  );
  return { ...nextToken(token, {}, [event], context.now), changes: [closed] };
}

function verifiedBy({ userVerification }: { userVerification?: string | undefined }): EventContent['details'] {
  return userVerification === undefined ? {} : { userVerification };
}

function rejection(by: Person, suspendedUntil: string | undefined): Outcome {
  return suspendedUntil ? { cause: 'DISOWNED', by, suspendedUntil } : { cause: 'REJECTED', by };
}

/** Records that a second person of the bank confirmed a rescue: it may be applied. */
export function confirmRescue(
  token: Token,
  change: HeldChange,
  confirmedBy: Staff,
  context: Omit<Context, 'actor'>,
): Transition {
  const { rescue } = change.authorization;
  if (!rescue || !token.pendingChange) throw new Error('Only a held rescue is confirmed');
  const status = 'AUTHORIZED';
  const authorization = {
    ...change.authorization,
    decidedBy: asPerson(confirmedBy),
    decidedAt: context.now.toISOString(),
    rescue: { ...rescue, confirmedBy },
  };
  const event = composeEvent(
    'CHANGE_AUTHORIZED',
    change,
    { ...context, actor: staffActor(confirmedBy) },
    { policy: authorization.policy, proposedBy: rescue.proposedBy.fullName, confirmedBy: confirmedBy.fullName },
  );
  const next = nextToken(token, { pendingChange: { ...token.pendingChange, status } }, [event], context.now);
  return { ...next, changes: [nextChange({ ...change, authorization }, status, undefined, context.now)] };
}

const CLOSINGS = {
  CANCELLED: { status: 'CANCELLED', details: {} },
  EXPIRED: { status: 'EXPIRED', details: {} },
  WRONG_CODES: { status: 'REJECTED', details: { cause: 'BINDING_CODE_MISMATCH' } },
  DISOWNED: { status: 'REJECTED', details: { cause: 'DISOWNED' } },
  REQUESTER_REMOVED: { status: 'CANCELLED', details: { cause: 'REQUESTER_REMOVED' } },
} as const satisfies Record<ClosingCause, { status: ChangeStatus; details: EventContent['details'] }>;

/** Closes a held change without effect. */
export function close(
  token: Token,
  change: HeldChange,
  outcome: Outcome & { cause: ClosingCause },
  context: Context,
): Transition {
  const { status, details } = CLOSINGS[outcome.cause];
  const next = nextToken(
    token,
    { pendingChange: null },
    [composeEvent(`CHANGE_${status}`, change, context, details)],
    context.now,
  );
  return { ...next, changes: [nextChange(change, status, outcome, context.now)] };
}

/** Closes another held change of whoever was disowned, by the word of whoever said so. */
export function closeDisowned(
  token: Token,
  change: HeldChange,
  { disownedBy, until }: Pick<Suspension, 'disownedBy' | 'until'>,
  context: Omit<Context, 'actor'>,
): Transition {
  const actor = disownedBy ? userActor(disownedBy) : SYSTEM;
  const outcome = { cause: 'DISOWNED', by: disownedBy ?? null, suspendedUntil: until } as const;
  return close(token, change, outcome, { ...context, actor });
}

/** Counts a distinct wrong code against the change; the token is not written. */
export function countWrongCode(change: HeldChange, wrongCodes: string[], now: Date): HeldChange {
  const authorization = { ...change.authorization, wrongCodes };
  return { ...change, authorization, version: change.version + 1, updatedAt: now.toISOString() };
}

/**
 * Carries out an authorized release or unblock. A release unbinds the phone.
 *
 * @param seedDestroyed of a release: whether its own transaction deletes a sealed seed, or proves that there is none.
 * @param runs whether its execution may still run then; else nobody has to look at the change any more.
 */
export function apply(
  token: Token,
  change: HeldChange,
  context: Context,
  { seedDestroyed, runs = false }: { seedDestroyed: boolean; runs?: boolean },
): Transition {
  const to = statusAfter(token, change.action);
  const { statusBeforeBlock: _left, lastRelease, ...rest } = token;
  const { decidedBy } = change.authorization;
  const released = change.action === 'RELEASE';
  const base: Token = released
    ? { ...rest, device: null, lastRelease: releaseBy(change) }
    : { ...rest, ...(lastRelease ? { lastRelease } : {}) };
  const next = nextToken(
    base,
    { status: to, pendingChange: null },
    [
      composeEvent('CHANGE_APPLIED', change, context, {
        from: token.status,
        to,
        ...(released ? { seedDestroyed, deviceId: token.device?.deviceId ?? null } : {}),
      }),
    ],
    context.now,
  );
  const outcome: Outcome | undefined = decidedBy && { cause: 'APPROVED', by: decidedBy };
  const { dueAt, ...applied } = nextChange(change, 'APPLIED', outcome, context.now);
  return { ...next, changes: [runs && dueAt ? { ...applied, dueAt } : applied] };
}

function releaseBy({ authorization: { decidedBy, decidedAt } }: HeldChange): NonNullable<Token['lastRelease']> {
  if (!decidedBy || !decidedAt) throw new Error('A release is applied only once it is decided');
  return { authorizedBy: decidedBy.userId, authorizedAt: decidedAt };
}
