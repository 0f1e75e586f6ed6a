import type { Action } from './change.ts';
import type { EventDetails, TokenEvent } from './event.ts';
import {
  physicalStatusSchema,
  type Token,
  type TokenKind,
  type TokenStatus,
  tokenKindSchema,
  virtualStatusSchema,
} from './token.ts';
import { roleSchema, type User } from './user.ts';

/** A phone as the record tells of it. */
export interface ReplayedPhone {
  readonly deviceId: string;
  readonly signingKeyThumbprint: string | undefined;
  readonly encryptionKeyThumbprint: string | undefined;
  readonly enrolledAt: string;
  readonly retiredAt: string | undefined;
}

/** The change that is not yet applied, and who has authorized it. */
interface ReplayedPending {
  readonly changeId: string;
  readonly action: string;
  readonly status: 'PENDING_AUTHORIZATION' | 'AUTHORIZED';
  readonly authorized?: NonNullable<Token['lastRelease']>;
}

/** A token as its record leads to it; a member is undefined where the record does not say. */
export interface ReplayedToken {
  readonly kind: TokenKind | undefined;
  readonly serial: string | undefined;
  readonly status: TokenStatus | undefined;
  readonly statusBeforeBlock: TokenStatus | undefined;
  /** The phone that is enrolled now. */
  readonly deviceId: string | null;
  /** Every phone that ever was. */
  readonly phones: ReadonlyMap<string, ReplayedPhone>;
  readonly pending: ReplayedPending | null;
  readonly lastRelease: Token['lastRelease'];
  readonly holder: ReplayedHolder;
}

/** The holder's rights and name, each from the event that last told of it. */
export interface ReplayedHolder {
  readonly userId?: string;
  readonly fullName?: string;
  readonly role?: User['role'];
  readonly enabled?: boolean;
}

/** The state to which a record with no event leads. */
export const NOTHING: ReplayedToken = {
  kind: undefined,
  serial: undefined,
  status: undefined,
  statusBeforeBlock: undefined,
  deviceId: null,
  phones: new Map(),
  pending: null,
  lastRelease: undefined,
  holder: {},
};

/** The token after one more event, and how the event contradicts the ones before it, where it does. */
export interface Replayed {
  readonly token: ReplayedToken;
  readonly contradiction: string | undefined;
}

/** Follows a token's record by one event. What an event says holds, also where it contradicts the ones before it. */
export function replay(token: ReplayedToken, event: TokenEvent): Replayed {
  switch (event.type) {
    case 'TOKEN_CREATED':
      return create(token, event);
    case 'HOLDER_UPDATED':
      return updateHolder(token, event.details);
    case 'TOKEN_ENROLLED':
      return enrol(token, event);
    case 'PHYSICAL_TOKEN_DISABLED':
      return followed({ ...token, status: 'DISABLED' }, fromAnother(token, event));
    case 'CHANGE_REQUESTED':
      return request(token, event);
    case 'CHANGE_AUTHORIZED':
      return authorize(token, event);
    case 'CHANGE_APPLIED':
      return apply(token, event);
    case 'CHANGE_REJECTED':
    case 'CHANGE_EXPIRED':
    case 'CHANGE_CANCELLED':
    case 'CHANGE_SUPERSEDED':
      return close(token, event);
    default:
      return followed(token);
  }
}

/** Follows a whole record. */
export function replayAll(events: Iterable<TokenEvent>): { token: ReplayedToken; contradictions: string[] } {
  let token = NOTHING;
  const contradictions: string[] = [];
  for (const event of events) {
    const replayed = replay(token, event);
    token = replayed.token;
    if (replayed.contradiction !== undefined) contradictions.push(`event ${event.seq}: ${replayed.contradiction}`);
  }
  return { token, contradictions };
}

const followed = (token: ReplayedToken, contradiction?: string): Replayed => ({ token, contradiction });

function create(before: ReplayedToken, { seq, details }: TokenEvent): Replayed {
  const token: ReplayedToken = {
    ...before,
    kind: readOne(tokenKindSchema.options, details.kind),
    serial: readText(details.serial),
    status: readStatus(details.to),
    holder: readHolder(details, { userId: 'holderId', fullName: 'fullName', role: 'role', enabled: 'enabled' }),
  };
  return followed(token, seq === 1 ? undefined : 'a token is created once, by the first event');
}

function updateHolder(before: ReplayedToken, details: EventDetails): Replayed {
  const from = readHolder(details, {
    userId: 'userIdFrom',
    fullName: 'fullNameFrom',
    role: 'roleFrom',
    enabled: 'enabledFrom',
  });
  const to = readHolder(details, {
    userId: 'userIdTo',
    fullName: 'fullNameTo',
    role: 'roleTo',
    enabled: 'enabledTo',
  });
  // The virtual token's record tells of the physical token that its holder gets.
  const serial = before.kind === 'PHYSICAL' ? readText(details.physicalSerialTo) : undefined;
  const token = { ...before, holder: { ...before.holder, ...to }, ...(serial === undefined ? {} : { serial }) };
  const contradicted = (['userId', 'fullName', 'role', 'enabled'] as const).find((member) => {
    const known = before.holder[member];
    return known !== undefined && from[member] !== undefined && from[member] !== known;
  });
  return followed(
    token,
    contradicted && `the holder's ${contradicted} was ${before.holder[contradicted]}, not ${from[contradicted]}`,
  );
}

function enrol(before: ReplayedToken, event: TokenEvent): Replayed {
  const { at, actor, details } = event;
  const deviceId = readText(details.deviceId) ?? null;
  const phone = {
    signingKeyThumbprint: readText(details.signingKeyThumbprint),
    encryptionKeyThumbprint: readText(details.encryptionKeyThumbprint),
    enrolledAt: at,
    retiredAt: undefined,
  };
  const holderId = before.holder.userId ?? actor.userId;
  const token: ReplayedToken = {
    ...before,
    status: 'ACTIVE',
    deviceId,
    lastRelease: undefined,
    phones: deviceId === null ? before.phones : new Map([...before.phones, [deviceId, { deviceId, ...phone }]]),
    holder: { ...before.holder, ...(holderId === undefined ? {} : { userId: holderId }) },
  };
  return followed(token, findWrongEnrolment(before, event, deviceId));
}

function findWrongEnrolment(before: ReplayedToken, event: TokenEvent, deviceId: string | null): string | undefined {
  if (before.holder.userId !== undefined && event.actor.userId !== before.holder.userId) {
    return `${event.actor.userId} enrolled a phone, and the holder is ${before.holder.userId}`;
  }
  if (deviceId === null || before.phones.has(deviceId)) return `it enrols no new phone (${deviceId})`;
  if (before.deviceId !== null) return `${before.deviceId} is enrolled already`;
  return fromAnother(before, event);
}

function request(before: ReplayedToken, { change }: TokenEvent): Replayed {
  const { changeId = '', action = '' } = change ?? {};
  const token = { ...before, pending: { changeId, action, status: 'PENDING_AUTHORIZATION' as const } };
  return followed(token, before.pending ? `the change ${before.pending.changeId} is not yet applied` : undefined);
}

function authorize(before: ReplayedToken, event: TokenEvent): Replayed {
  const { pending } = before;
  if (!pending || pending.changeId !== event.change?.changeId || pending.status !== 'PENDING_AUTHORIZATION') {
    return followed(before, 'it authorizes a change that is not held');
  }
  const authorized = { authorizedBy: event.actor.userId ?? '', authorizedAt: event.at };
  return followed({ ...before, pending: { ...pending, status: 'AUTHORIZED', authorized } });
}

/** A change closes once; only a phone that had rejected one may disown it afterwards. */
function close(before: ReplayedToken, { type, change, details }: TokenEvent): Replayed {
  if (before.pending?.changeId === change?.changeId) return followed({ ...before, pending: null });
  const disownedLater = type === 'CHANGE_REJECTED' && details.disowned === true;
  return followed(before, disownedLater ? undefined : 'it closes a change that is not held');
}

function apply(before: ReplayedToken, event: TokenEvent): Replayed {
  const { change, details } = event;
  const to = readStatus(details.to);
  switch (change?.action as Action | undefined) {
    case 'BLOCK': {
      const entering = before.status !== 'BLOCKED';
      const token = { ...before, status: to, ...(entering ? { statusBeforeBlock: before.status } : {}) };
      return followed(token, fromAnother(before, event) ?? toAnother('BLOCKED', event));
    }
    case 'UNBLOCK': {
      const token = { ...before, status: to, statusBeforeBlock: undefined, pending: null };
      return followed(token, findNotApplicable(before, event) ?? toAnother(before.statusBeforeBlock, event));
    }
    case 'RELEASE':
      return followed(release(before, event), findNotApplicable(before, event) ?? findWrongRelease(before, event));
    default:
      return followed({ ...before, status: to }, 'it applies a change without an action');
  }
}

function release(before: ReplayedToken, { at, details }: TokenEvent): ReplayedToken {
  const phone = before.deviceId === null ? undefined : before.phones.get(before.deviceId);
  return {
    ...before,
    status: readStatus(details.to),
    statusBeforeBlock: undefined,
    deviceId: null,
    phones: phone ? new Map([...before.phones, [phone.deviceId, { ...phone, retiredAt: at }]]) : before.phones,
    pending: null,
    lastRelease: before.pending?.authorized,
  };
}

function findWrongRelease(before: ReplayedToken, event: TokenEvent): string | undefined {
  const { deviceId } = event.details;
  // Events of before phones were named in them say nothing of it.
  if (deviceId !== undefined && deviceId !== before.deviceId) {
    return `it unbinds the phone ${deviceId}, and ${before.deviceId} is enrolled`;
  }
  return toAnother('RELEASED', event);
}

/** Only what was authorized is applied to a held change's token, and from the state in which it then is. */
function findNotApplicable(before: ReplayedToken, event: TokenEvent): string | undefined {
  const { pending } = before;
  const isAuthorized =
    pending?.status === 'AUTHORIZED' &&
    pending.changeId === event.change?.changeId &&
    pending.action === event.change.action;
  return isAuthorized ? fromAnother(before, event) : 'it applies a change that nobody authorized';
}

function fromAnother({ status }: ReplayedToken, { details }: TokenEvent): string | undefined {
  return status === undefined || details.from === status
    ? undefined
    : `it is of a token that is ${details.from}, and the token was ${status}`;
}

function toAnother(status: TokenStatus | undefined, { details }: TokenEvent): string | undefined {
  return details.to === status ? undefined : `it leads to ${details.to}, and not to ${status}`;
}

/** Reads those of a holder's members that are among the details, each under its own name there. */
function readHolder(details: EventDetails, names: Partial<Record<keyof ReplayedHolder, string>>): ReplayedHolder {
  const named = (member: keyof ReplayedHolder) => details[names[member] ?? ''];
  const [userId, fullName] = [readText(named('userId')), readText(named('fullName'))];
  const role = readOne(roleSchema.options, named('role'));
  const enabled = named('enabled');
  return {
    ...(userId === undefined ? {} : { userId }),
    ...(fullName === undefined ? {} : { fullName }),
    ...(role === undefined ? {} : { role }),
    ...(typeof enabled === 'boolean' ? { enabled } : {}),
  };
}

const STATUSES = [...virtualStatusSchema.options, ...physicalStatusSchema.options];

const readText = (value: unknown): string | undefined => (typeof value === 'string' ? value : undefined);
const readStatus = (value: unknown) => readOne(STATUSES, value);

function readOne<T extends string>(options: readonly T[], value: unknown): T | undefined {
  return options.find((option) => option === value);
}
