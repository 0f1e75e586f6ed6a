import { randomBytes } from 'node:crypto';
import { isDeepStrictEqual } from 'node:util';
import { deriveId } from '../../shared/domain/canonical.ts';
import { listUserEvents } from '../../shared/domain/company-record.ts';
import { type Actor, appendEvents, type EventContent, genesis, type TokenEvent } from '../../shared/domain/event.ts';
import { listSearchWords } from '../../shared/domain/search-words.ts';
import type { Token, TokenKind, TokenStatus } from '../../shared/domain/token.ts';
import { nextToken } from '../../shared/domain/transitions.ts';
import { isAdministrator, type User } from '../../shared/domain/user.ts';
import type { PersonLine } from './file/person-line.ts';

/** A person as the tables have them. */
export interface StoredPerson {
  readonly user: User;
  readonly virtual: Token;
  readonly physical: Token | null;
  /** True of an administrator whom their company's list lacks: an earlier version kept none. */
  readonly isUnlisted: boolean;
}

/** One token's write: as it was (null where it is new), as it becomes, and the events that say so. */
export interface TokenWrite {
  readonly before: Token | null;
  readonly token: Token;
  readonly events: readonly TokenEvent[];
}

/** One transaction's writes for a person. */
export interface PersonDecision {
  readonly before: User | null;
  readonly user: User;
  readonly tokens: readonly TokenWrite[];
  /** Its meaning for the company, for the company's own record. */
  readonly ofCompany: readonly EventContent[];
  /** Set where the approver's item may have to change: the phone to write it with, or null to delete it. */
  readonly approver: { readonly deviceId: string | null } | undefined;
  /** True if a code that is still good must go: with the user's right, and before they get it back. */
  readonly voidsActivation: boolean;
  /** When the activation code to be written with it expires, where the user gets one. */
  readonly activationExpiresAt: string | undefined;
}

/** Input of a decision beside the line: the time, the run's name in the record, and the activation codes' settings. */
export interface ImportContext {
  readonly now: Date;
  readonly requestId: string;
  /** Undefined where no activation codes are asked for. */
  readonly activationCodeSeconds: number | undefined;
}

/** Whoever loads: the bank's staff. */
export const BANK: Actor = { type: 'BANK' };

/** Base 32 without padding (RFC 4648): readable aloud, and without digits that look like letters. */
const SERIAL_ALPHABET = 'ABCDEFGHIJKLMNOPQRSTUVWXYZ234567';
const SERIAL_SYMBOLS = 10;

/** Without a hyphen: an entry of the archive with `--` would be listed before its company's own record, `-`. */
const newId = () => deriveId(randomBytes(16).toString('hex'));

function newVirtualSerial(): string {
  const symbols = [...randomBytes(SERIAL_SYMBOLS)].map((byte) => SERIAL_ALPHABET[byte % SERIAL_ALPHABET.length]);
  return `VT-${symbols.join('')}`;
}

/** A person the tables do not have yet; one who comes in disabled is secondary until a line says otherwise. */
export function createPerson(line: PersonLine, userId: string, context: ImportContext): PersonDecision {
  const user: User = {
    userId,
    companyId: line.company.companyId,
    username: line.username,
    fullName: line.fullName,
    email: line.email,
    role: line.role === 'DISABLED' ? 'SECONDARY' : line.role,
    enabled: line.role !== 'DISABLED',
    tokenId: newId(),
    physicalTokenId: line.physicalSerial === null ? null : newId(),
  };
  const virtual = createToken(user, { tokenId: user.tokenId, kind: 'VIRTUAL', serial: newVirtualSerial() }, context);
  const physical =
    user.physicalTokenId !== null && line.physicalSerial !== null
      ? createToken(user, { tokenId: user.physicalTokenId, kind: 'PHYSICAL', serial: line.physicalSerial }, context)
      : null;
  const decision: PersonDecision = {
    before: null,
    user,
    tokens: physical ? [virtual, physical] : [virtual],
    ofCompany: listUserEvents(null, user, { actor: BANK, ...context }),
    approver: undefined,
    voidsActivation: false,
    activationExpiresAt: undefined,
  };
  return withActivation(decision, virtual.token, context);
}

/**
 * Decides what a line changes of a person; null when nothing changes.
 *
 * @param identity the pool's `sub` for them, which is another where the pool had lost them, and the name they go by.
 */
export function updatePerson(
  line: PersonLine,
  stored: StoredPerson,
  context: ImportContext,
  identity: Partial<Pick<User, 'userId' | 'username'>> = {},
): PersonDecision | null {
  const { user: before, virtual, physical } = stored;
  const addsPhysical = !physical && line.physicalSerial !== null;
  const user: User = {
    ...before,
    ...identity,
    fullName: line.fullName,
    email: line.email,
    role: line.role === 'DISABLED' ? before.role : line.role,
    enabled: line.role !== 'DISABLED',
    physicalTokenId: addsPhysical ? newId() : before.physicalTokenId,
  };
  const decision: PersonDecision = {
    before,
    user,
    tokens: updateTokens(user, line, stored, context),
    ofCompany: listUserEvents(before, user, { actor: BANK, ...context }),
    approver:
      before.role !== user.role || before.enabled !== user.enabled || before.userId !== user.userId
        ? { deviceId: approvingDevice(user, virtual) }
        : undefined,
    voidsActivation: before.enabled !== user.enabled || before.userId !== user.userId,
    activationExpiresAt: undefined,
  };
  const complete = withActivation(decision, virtual, context);
  const isSame = complete.tokens.length === 0 && complete.ofCompany.length === 0;
  return isSame && !stored.isUnlisted ? null : complete;
}

function updateTokens(user: User, line: PersonLine, stored: StoredPerson, context: ImportContext): TokenWrite[] {
  const { virtual, physical } = stored;
  const changes = listChanges(stored.user, user);
  const serialChange =
    line.physicalSerial !== null && line.physicalSerial !== physical?.serial
      ? { physicalSerialFrom: physical?.serial ?? null, physicalSerialTo: line.physicalSerial }
      : {};
  if (physical) {
    const serial = line.physicalSerial ?? physical.serial;
    return [
      ...updateToken(virtual, user, {}, changes, context),
      ...updateToken(physical, user, { serial }, { ...changes, ...serialChange }, context),
    ];
  }
  // Adding a physical token also writes the virtual one, so that an enrolment at the same moment is decided again.
  const written = updateToken(virtual, user, {}, { ...changes, ...serialChange }, context);
  if (user.physicalTokenId === null || line.physicalSerial === null) return written;
  const identity = { tokenId: user.physicalTokenId, kind: 'PHYSICAL', serial: line.physicalSerial } as const;
  // Where a phone is bound, the virtual token has taken the physical one's place.
  return [...written, createToken(user, identity, context, virtual.device ? 'DISABLED' : 'ENABLED')];
}

/** Lists a person's changes for their tokens' records: all but the e-mail address. */
function listChanges(before: User, user: User): EventContent['details'] {
  return {
    ...(before.userId !== user.userId ? { userIdFrom: before.userId, userIdTo: user.userId } : {}),
    ...(before.username !== user.username ? { usernameFrom: before.username, usernameTo: user.username } : {}),
    ...(before.fullName !== user.fullName ? { fullNameFrom: before.fullName, fullNameTo: user.fullName } : {}),
    ...(before.role !== user.role ? { roleFrom: before.role, roleTo: user.role } : {}),
    ...(before.enabled !== user.enabled ? { enabledFrom: before.enabled, enabledTo: user.enabled } : {}),
  };
}

/** The phone with which the user can authorize: only an enabled administrator's, of an active token. */
function approvingDevice(user: User, virtual: Token): string | null {
  return isAdministrator(user) && virtual.status === 'ACTIVE' ? (virtual.device?.deviceId ?? null) : null;
}

function createToken(
  user: User,
  identity: { readonly tokenId: string; readonly kind: TokenKind; readonly serial: string },
  context: ImportContext,
  status: TokenStatus = identity.kind === 'VIRTUAL' ? 'PENDING_ENROLLMENT' : 'ENABLED',
): TokenWrite {
  const token: Token = {
    ...identity,
    companyId: user.companyId,
    status,
    holder: buildHolder(user),
    searchWords: listSearchWords({ ...user, serial: identity.serial }),
    device: null,
    pendingChange: null,
    holdStarts: [],
    codeStarts: [],
    recordHead: genesis(user.companyId, identity.tokenId),
    version: 1,
    updatedAt: context.now.toISOString(),
  };
  const { kind, serial } = identity;
  const { userId: holderId, role, enabled } = user;
  const details = { kind, serial, to: status, holderId, role, enabled };
  return { before: null, ...appendEvents(token, [buildEvent('TOKEN_CREATED', details, context)]) };
}

/** The write of a token whose holder or serial changed; without an event where it was only stored otherwise than now. */
function updateToken(
  before: Token,
  user: User,
  members: Partial<Token>,
  details: EventContent['details'],
  context: ImportContext,
): TokenWrite[] {
  const searchWords = listSearchWords({ ...user, serial: members.serial ?? before.serial });
  const events = Object.keys(details).length > 0 ? [buildEvent('HOLDER_UPDATED', details, context)] : [];
  const holder = buildHolder(user);
  const isStored = isDeepStrictEqual([searchWords, holder], [before.searchWords, before.holder]);
  if (events.length === 0 && isStored) return [];
  const next = { ...members, holder, searchWords };
  return [{ before, ...nextToken(before, next, events, context.now) }];
}

/** Adds an activation code where codes are asked for: for an administrator whose token can be enrolled. */
function withActivation(decision: PersonDecision, virtual: Token, context: ImportContext): PersonDecision {
  const { user } = decision;
  const enrollable = virtual.status === 'PENDING_ENROLLMENT' || virtual.status === 'RELEASED';
  if (context.activationCodeSeconds === undefined || !isAdministrator(user) || !enrollable) return decision;
  const activationExpiresAt = new Date(context.now.getTime() + context.activationCodeSeconds * 1000).toISOString();
  const event = buildEvent('ACTIVATION_CODE_CREATED', { expiresAt: activationExpiresAt }, context);
  const written = decision.tokens.find(({ token }) => token.tokenId === virtual.tokenId);
  const next: TokenWrite = written
    ? { before: written.before, ...appendedTo(written, event) }
    : { before: virtual, ...nextToken(virtual, {}, [event], context.now) };
  const others = decision.tokens.filter(({ token }) => token.tokenId !== virtual.tokenId);
  return { ...decision, tokens: [next, ...others], activationExpiresAt };
}

function appendedTo({ token, events }: TokenWrite, event: EventContent): Pick<TokenWrite, 'token' | 'events'> {
  const appended = appendEvents(token, [event]);
  return { token: appended.token, events: [...events, ...appended.events] };
}

function buildEvent(
  type: EventContent['type'],
  details: EventContent['details'],
  context: ImportContext,
): EventContent {
  return {
    type,
    at: context.now.toISOString(),
    actor: BANK,
    details: { ...details, requestId: context.requestId },
  };
}

function buildHolder({ userId, fullName, username, role, enabled }: User): Token['holder'] {
  return { userId, fullName, username, role, enabled };
}
