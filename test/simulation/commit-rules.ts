import { isDeepStrictEqual } from 'node:util';
import { availableActions } from '../../shared/domain/actions.ts';
import { isApprover } from '../../shared/domain/approvers.ts';
import {
  type Change,
  type HeldChange,
  isHeld,
  isOpen,
  isRescue,
  MAXIMUM_WRONG_CODES,
} from '../../shared/domain/change.ts';
import type { Device } from '../../shared/domain/device.ts';
import { eventHash, type TokenEvent } from '../../shared/domain/event.ts';
import { maybeSamePerson } from '../../shared/domain/staff.ts';
import { suspensionInForce } from '../../shared/domain/suspension.ts';
import type { Token } from '../../shared/domain/token.ts';
import { isAdministrator, type User } from '../../shared/domain/user.ts';
import {
  type Activation,
  activations,
  approvers,
  changes,
  devices,
  seeds,
  suspensions,
  tokens,
  users,
} from '../../shared/repositories/items.ts';
import type { Item } from '../world/attribute-values.ts';
import { ensure } from './broken-rule.ts';
import { type Stored, TIME_TO_LIVE, typed, type Written } from './commit.ts';
import { judgeActivation, judgeDevice, judgeHold, judgeNotedEndpoints, judgeRefusals } from './phone-rules.ts';

type Event = TokenEvent & { readonly companyId: string; readonly tokenId: string };

/** Judges one commit against what was and is stored; throws the first rule that it breaks. */
export function judgeCommit(stored: Stored, written: readonly Written[]): void {
  const events = written
    .filter(({ kind }) => kind === 'event')
    .map(({ before, after }) => {
      ensure(before === undefined && after, 'An event of the record was changed');
      return typed<Event>(after) as Event;
    })
    .sort((a, b) => a.seq - b.seq);
  for (const write of written) RULES[write.kind]?.(stored, write, events);
  for (const event of events) judgeEvent(stored, event);
  judgeSeeds(stored, written);
  judgeSuspensions(written, events);
  judgeApprovers(stored, written);
}

type Rule = (stored: Stored, write: Written, events: readonly Event[]) => void;

const RULES: Readonly<Record<string, Rule>> = {
  token: judgeToken,
  change: judgeChange,
  hold: judgeHold,
  device: (stored, write) => {
    judgeDevice(typed<Device & Item>(write.before), typed<Device & Item>(write.after));
    judgeNotedEndpoints(stored, typed<Device>(write.before), typed<Device>(write.after));
  },
  key: (_, { before }) => ensure(!before, 'A key was bound twice'),
  otp: (_, { before, after }) => ensure(readVersion(after) === readVersion(before) + 1, 'A verification was forgotten'),
  endpoint: (_, { before, after }) =>
    ensure(!after || readVersion(after) === readVersion(before) + 1, 'Who an endpoint wakes was written over'),
  activation: (_, write) => judgeActivation(typed<Activation>(write.before), typed<Activation>(write.after)),
  user: (_, { before, after }) => ensure(!!before === !!after, 'A user came or went'),
  refusals: (_, { before, after }) => judgeRefusals(before, after),
};

const readVersion = (item: Item | undefined): number => Number(item?.version ?? 0);

/** Nothing is written over, the record tells the state, and exactly one open change is the token's. */
function judgeToken(stored: Stored, { before, after }: Written, events: readonly Event[]): void {
  const [was, is] = [typed<Token>(before), typed<Token>(after)];
  ensure(was && is, 'A token came or went');
  ensure(is.version === was.version + 1, 'A token was written over');
  let { seq, hash } = was.recordHead;
  let status: string = was.status;
  for (const event of events.filter(({ tokenId }) => tokenId === is.tokenId)) {
    ensure(event.seq === seq + 1 && event.previousHash === hash, 'The record is no chain');
    const { hash: _hash, ...rest } = event;
    ensure(eventHash(content(rest)) === event.hash, 'An event has not the hash of what it says');
    ({ seq, hash } = event);
    const { from, to } = event.details;
    if (!SETS_STATUS.has(event.type)) continue;
    ensure(from === status, `${event.type} says that the token was ${from}, and it was ${status}`);
    status = String(to);
  }
  ensure(isDeepStrictEqual(is.recordHead, { seq, hash }), 'The token does not name its last event');
  ensure(is.status === status, 'The record does not lead to the state');
  const canEnrol = is.status === 'PENDING_ENROLLMENT' || is.status === 'RELEASED';
  ensure(
    canEnrol || is.kind === 'PHYSICAL' || !stored.is(activations.at(is.holder.userId)),
    'A code waits for a token that cannot be enrolled',
  );
  const { pendingChange } = is;
  const open = stored
    .all<Change>('main', 'change')
    .filter((change) => change.tokenId === is.tokenId && isOpen(change.status));
  ensure(open.length === (pendingChange ? 1 : 0), `${open.length} changes of a token are open`);
  ensure(
    !pendingChange || (open[0]?.changeId === pendingChange.changeId && open[0].status === pendingChange.status),
    'The token names another change than the open one',
  );
}

const SETS_STATUS = new Set(['CHANGE_APPLIED', 'TOKEN_ENROLLED', 'PHYSICAL_TOKEN_DISABLED']);

function content(event: Omit<Event, 'hash'>): Omit<TokenEvent, 'hash'> {
  const { seq, type, at, actor, change, details, previousHash } = event;
  return { seq, type, at, actor, ...(change ? { change } : {}), details, previousHash };
}

const MAY_BECOME: Readonly<Record<string, readonly string[]>> = {
  PENDING_AUTHORIZATION: ['PENDING_AUTHORIZATION', 'AUTHORIZED', 'REJECTED', 'EXPIRED', 'CANCELLED', 'SUPERSEDED'],
  AUTHORIZED: ['APPLIED', 'SUPERSEDED', 'EXPIRED'],
  // Disowned after its rejection.
  REJECTED: ['REJECTED'],
};

function judgeChange(stored: Stored, { before, after }: Written, events: readonly Event[]): void {
  const [was, is] = [typed<Change & Item>(before), typed<Change & Item>(after)];
  ensure(is, 'A change is gone');
  const said = events.filter((event) => event.change?.changeId === is.changeId);
  if (!was) {
    judgeRequest(stored, is, said);
    return;
  }
  if (was.version === is.version) {
    ensure(isDeepStrictEqual(withoutDue(was), withoutDue(is)), 'A change was written over');
    const due = was.status === 'AUTHORIZED' || (was.status === 'REJECTED' && was.dueAt === undefined && is.dueAt);
    ensure(!due, 'The reconciler puts off a change that is due at once');
    return;
  }
  ensure(is.version === was.version + 1, 'A change was written over');
  ensure(MAY_BECOME[was.status]?.includes(is.status), `A change that was ${was.status} became ${is.status}`);
  const codesBefore = was.authorization?.wrongCodes ?? [];
  const codes = is.authorization?.wrongCodes ?? [];
  ensure(
    codesBefore.every((code) => codes.includes(code)),
    'A wrong code was forgotten',
  );
  ensure(codes.length < MAXIMUM_WRONG_CODES || !isOpen(is.status), 'A change outlived its wrong codes');
  ensure(
    said.length === (was.status === is.status && was.status !== 'REJECTED' ? 0 : 1),
    'The record misses what became of a change',
  );
  const waits = stored.all<{ changeId: string }>('main', 'waiting').some(({ changeId }) => changeId === is.changeId);
  ensure(waits === (is.status === 'PENDING_AUTHORIZATION' && !isRescue(is)), 'What waits is not what is held');
}

/** All of a change but when the reconciler looks at it next. */
function withoutDue(change: Change & Item): Item {
  const { dueAt: _dueAt, openPk: _openPk, openSk: _openSk, ...rest } = change;
  return rest;
}

/** Only an enabled administrator who is not suspended asks, and for what the token's state offers. */
function judgeRequest(stored: Stored, change: Change, said: readonly Event[]): void {
  ensure(said.length === 1, 'The record misses a request');
  const token = stored.was(tokens.at(change.companyId, change.tokenId));
  const now = new Date(change.createdAt);
  ensure(
    token && availableActions(token, now).includes(change.action),
    `A ${token?.status} token has no ${change.action}`,
  );
  if (isRescue(change)) return;
  const requester = stored.was(users.at(change.requestedBy.userId));
  ensure(requester && isAdministrator(requester), 'Somebody asked who may not');
  if (isHeld(change)) ensure(!isSuspended(stored, change, now), 'Somebody asked who is suspended');
}

/** A disowned change suspends its requester in its own transaction, and the record says so. */
function judgeDisowning(stored: Stored, { change, companyId, details, type }: Event): void {
  const is = change && stored.is(changes.at(companyId, change.changeId));
  if (type !== 'CHANGE_REJECTED' || !is) return;
  const { cause, suspendedUntil: until } = is.outcome ?? {};
  const isDisowned = details.disowned === true || details.cause === 'DISOWNED';
  ensure(isDisowned === (cause === 'DISOWNED'), 'The record and the change differ on who disowned it');
  const suspends = until !== undefined && suspendsUntil(stored, is, until);
  ensure(!details.disowned || suspends, 'A change was disowned, and nobody is suspended');
}

/** A suspension ends once it is cleared, which the record says, or goes by itself once its time is over. */
function judgeSuspensions(written: readonly Written[], events: readonly Event[]): void {
  const cleared = events.filter(({ type }) => type === 'SUSPENSION_CLEARED').map(({ details }) => details.changeId);
  const ended = written
    .filter(({ kind, by }) => kind === 'suspension' && by !== TIME_TO_LIVE)
    .flatMap(({ before = {}, after = {} }) => {
      const left = new Set(suspensions.parse(after).map(({ onlyToken }) => onlyToken));
      return suspensions.parse(before).filter(({ onlyToken }) => !left.has(onlyToken));
    })
    .map(({ changeId }) => changeId);
  ensure(isDeepStrictEqual(cleared, ended), 'The record and the suspensions differ on what was cleared');
}

function suspendsUntil(stored: Stored, { companyId, requestedBy, tokenId }: Change, until: string): boolean {
  const found = stored.is(suspensions.at(companyId, requestedBy.userId)) ?? [];
  return found.some((each) => [tokenId, null].includes(each.onlyToken) && each.until >= until);
}

function isSuspended(stored: Stored, { companyId, requestedBy, tokenId }: Change, now: Date): boolean {
  const found = stored.was(suspensions.at(companyId, requestedBy.userId));
  return suspensionInForce(found, tokenId, now) !== undefined;
}

function judgeEvent(stored: Stored, event: Event): void {
  const { companyId, type } = event;
  const change = event.change && stored.was(changes.at(companyId, event.change.changeId));
  if (type === 'TOKEN_ENROLLED') judgeEnrolment(stored, event);
  if (type === 'ACTIVATION_CODE_CREATED') judgeCode(stored, event);
  judgeDisowning(stored, event);
  if (!change || !isHeld(change)) return;
  if (type === 'CHANGE_AUTHORIZED' || (type === 'CHANGE_REJECTED' && event.details.deviceId !== undefined)) {
    if (isRescue(change)) judgeConfirmation(stored, change, event);
    else judgeDecision(stored, change, event);
  }
  if (type === 'CHANGE_CANCELLED') judgeCancellation(stored, event);
  if (type === 'CHANGE_EXPIRED') ensure(event.at >= change.authorization.expiresAt, 'A change expired before its time');
  if (type === 'CHANGE_APPLIED' && change.action === 'RELEASE') judgeRelease(stored, change, event);
}

function judgeCancellation(stored: Stored, { actor }: Event): void {
  if (actor.type !== 'USER') return;
  const by = stored.was(users.at(actor.userId ?? ''));
  ensure(by && isAdministrator(by), 'Somebody cancelled who may not');
}

/** A release leaves neither seed nor phone. */
function judgeRelease(stored: Stored, change: HeldChange, { companyId, tokenId, details }: Event): void {
  ensure(!stored.is(seeds.at(tokenId)) && !stored.is(tokens.at(companyId, tokenId))?.device, 'A release left a seed');
  const { deviceId, seedDestroyed } = details;
  ensure(seedDestroyed === !!stored.was(seeds.at(tokenId)), 'A release says of the seed what is not so');
  const released = typeof deviceId === 'string' && stored.is(devices.at(change.holder.userId, deviceId));
  ensure(!released || released.retiredAt, 'A release left a phone');
}

/** The approver may approve, with the phone of their active token, before the time is over, for one who still may ask. */
function judgeDecision(stored: Stored, change: HeldChange, { actor, details, at, companyId, type }: Event): void {
  const decided = stored.is(changes.at(companyId, change.changeId));
  const user = stored.was(users.at(actor.userId ?? ''));
  const device = stored.was(devices.at(actor.userId ?? '', String(details.deviceId)));
  const token = user && stored.was(tokens.at(companyId, user.tokenId));
  ensure(user?.enabled && isApprover(change, user), 'Somebody decided who may not');
  ensure(
    device && device.retiredAt === undefined && device.enrolledAt < change.createdAt,
    'A phone decided that may not',
  );
  ensure(
    token?.status === 'ACTIVE' && token.device?.deviceId === device.deviceId,
    'A phone decided that is not of an active token',
  );
  ensure(
    change.status !== 'PENDING_AUTHORIZATION' || at < change.authorization.expiresAt,
    'A change was decided past its time',
  );
  const [, payload = ''] = decided?.authorization?.recorded?.jws.split('.') ?? [];
  const signed: { bindingCode?: string; reason?: string } = JSON.parse(Buffer.from(payload, 'base64url').toString());
  ensure(
    signed.reason === 'NOT_ME' || !isSuspended(stored, change, new Date(at)),
    'A change of a suspended requester was decided',
  );
  if (type !== 'CHANGE_AUTHORIZED') return;
  ensure(signed.bindingCode === change.authorization.bindingCode, 'A change was approved with a wrong code');
  const requester = stored.was(users.at(change.requestedBy.userId));
  ensure(requester && isAdministrator(requester), 'A change was approved for somebody who may not ask');
}

function judgeConfirmation(stored: Stored, change: HeldChange, { at, companyId }: Event): void {
  const { rescue, expiresAt } = stored.is(changes.at(companyId, change.changeId))?.authorization ?? {};
  const holder = stored.was(users.at(change.holder.userId));
  ensure(rescue?.confirmedBy && !maybeSamePerson(rescue.proposedBy, rescue.confirmedBy), 'One person rescued alone');
  ensure(expiresAt && at < expiresAt, 'A rescue was confirmed past its time');
  ensure(holder && isAdministrator(holder), 'Somebody was rescued who is no administrator');
}

/** Wrong activation codes after which none is good; as few as there can be, so that a schedule gets there. */
export const CODE_TRIES = 1;

/** A code enrols one phone: it is used up, and good for nothing else. */
function judgeEnrolment(stored: Stored, { companyId, tokenId, actor, details, at }: Event): void {
  const token = stored.is(tokens.at(companyId, tokenId));
  const userId = actor.userId ?? '';
  const [before, device] = [
    stored.was(activations.at(userId)),
    stored.is(devices.at(userId, String(details.deviceId))),
  ];
  ensure(before && before.codeHash === device?.activationCodeHash, 'A phone was enrolled without a code');
  ensure(
    at < before.expiresAt && before.wrongTries < CODE_TRIES,
    'A phone was enrolled with a code that is no longer good',
  );
  ensure(!stored.is(activations.at(userId)), 'A code was not used up');
  ensure(stored.was(users.at(userId))?.enabled, 'A phone was enrolled for somebody who is disabled');
  ensure(token?.device?.deviceId === device.deviceId, 'The token does not name the phone that was enrolled');
}

function judgeCode(stored: Stored, { companyId, tokenId, actor }: Event): void {
  const by = stored.was(users.at(actor.userId ?? ''));
  const holder = stored.was(users.at(stored.was(tokens.at(companyId, tokenId))?.holder.userId ?? ''));
  ensure(by && isAdministrator(by), 'Somebody made a code who may not');
  ensure(holder?.enabled, 'A code was made for somebody who is disabled');
}

/** Whoever enrols or releases leaves a seed exactly where there is a phone, and it is that phone's. */
function judgeSeeds(stored: Stored, written: readonly Written[]): void {
  for (const { kind, before, after } of written) {
    const [was, is] = [typed<Token>(before), typed<Token>(after)];
    if (kind !== 'token' || is?.kind !== 'VIRTUAL' || was?.device?.deviceId === is.device?.deviceId) continue;
    const seed = stored.is(seeds.at(is.tokenId));
    ensure(seed?.deviceId === is.device?.deviceId, 'There is a seed without its phone, or a phone without its seed');
  }
}

/** The approvers of a company are its enabled administrators with an active token, and their phones. */
function judgeApprovers(stored: Stored, written: readonly Written[]): void {
  for (const { kind, after } of written) {
    if (kind !== 'token' && kind !== 'user') continue;
    const userId = kind === 'user' ? typed<User>(after)?.userId : typed<Token>(after)?.holder.userId;
    const user = stored.is(users.at(userId ?? ''));
    if (!user) continue;
    const token = stored.is(tokens.at(user.companyId, user.tokenId));
    const expected = isAdministrator(user) && token?.status === 'ACTIVE' ? token.device?.deviceId : undefined;
    const approver = stored.is(approvers.at(user.companyId, user.userId));
    ensure(approver?.deviceId === expected, 'The approvers are not those who can approve');
  }
}
