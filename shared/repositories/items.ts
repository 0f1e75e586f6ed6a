import { createHash } from 'node:crypto';
import * as z from 'zod/mini';
import { type Change, changeSchema, type HeldChange } from '../domain/change.ts';
import { companySchema } from '../domain/company.ts';
import { deviceSchema } from '../domain/device.ts';
import { endpointSchema } from '../domain/endpoint.ts';
import { COMPANY_RECORD, eventSchema, type TokenEvent } from '../domain/event.ts';
import { otpStateSchema } from '../domain/otp.ts';
import { type Front, signInsSchema } from '../domain/sign-in.ts';
import { suspensionSchema } from '../domain/suspension.ts';
import { tokenSchema } from '../domain/token.ts';
import { userSchema } from '../domain/user.ts';
import { type Key, storedItem } from './stored-item.ts';

// Every stored item, once. The company is in the key of what is a company's, so that another's is simply not found.

const companyPartition = (companyId: string): string => `COMPANY#${companyId}`;
const userPartition = (userId: string): string => `USER#${userId}`;

/** A company: its name and who authorizes its held changes. */
export const companies = storedItem({
  key: (companyId: string) => ({ pk: companyPartition(companyId), sk: 'PROFILE' }),
  schema: companySchema,
});

/** A virtual or physical token; every write is on the condition of its version. */
export const tokens = storedItem({
  key: (companyId: string, tokenId: string) => ({ pk: companyPartition(companyId), sk: `TOKEN#${tokenId}` }),
  schema: tokenSchema,
});

/** A requested change; its conditional Put is the idempotency record. */
export const changes = storedItem({
  key: (companyId: string, changeId: string) => ({ pk: companyPartition(companyId), sk: `CHANGE#${changeId}` }),
  schema: changeSchema,
});

/** An administrator who can authorize now: enabled, with an active token and this phone. */
export const approvers = storedItem({
  key: (companyId: string, userId: string) => ({ pk: companyPartition(companyId), sk: `APPROVER#${userId}` }),
  schema: z.object({ userId: z.string(), deviceId: z.string() }),
});

/** A company's list of those who may act as administrator: with or without a phone, and none of its many other users. */
export const administrators = storedItem({
  key: (companyId: string, userId: string) => ({ pk: companyPartition(companyId), sk: `ADMINISTRATOR#${userId}` }),
  schema: z.object({ userId: z.string() }),
});

/** The attribute in which a requester's suspension of this scope lies: of one token, or of the whole company. */
export const suspensionScope = (onlyToken: string | null): string => `FOR#${onlyToken ?? ''}`;

/** Every suspension of a requester, each in an attribute of its own: one read and one check go by all of them. */
export const suspensions = storedItem({
  key: (companyId: string, requesterId: string) => ({
    pk: companyPartition(companyId),
    sk: `SUSPENSIONS#${requesterId}`,
  }),
  schema: z.pipe(
    z.record(z.string(), z.unknown()),
    z.transform((item) =>
      Object.entries(item)
        .filter(([name]) => name.startsWith(suspensionScope(null)))
        .map(([, suspension]) => suspensionSchema.parse(suspension)),
    ),
  ),
});

/** A person of a company. */
export const users = storedItem({
  key: (userId: string) => ({ pk: userPartition(userId), sk: 'PROFILE' }),
  schema: userSchema,
});

/** The id that a user is kept under since they left this one: what was written before names this one. */
export const laterIds = storedItem({
  key: (userId: string) => ({ pk: userPartition(userId), sk: 'LATER' }),
  schema: z.object({ userId: z.string() }),
});

/** A phone of a user; a retired one is kept, so that its keys are never taken again. */
export const devices = storedItem({
  key: (userId: string, deviceId: string) => ({ pk: userPartition(userId), sk: `DEVICE#${deviceId}` }),
  schema: deviceSchema,
});

const activationSchema = z.object({
  userId: z.string(),
  codeHash: z.string(),
  expiresAt: z.string(),
  wrongTries: z.number(),
  /** Hashes of the wrong codes, so that one sent again is no new try. */
  wrongHashes: z._default(z.array(z.string()), []),
});
export type Activation = z.infer<typeof activationSchema>;

/** An activation code, hashed. One per user: a new one replaces the old. */
export const activations = storedItem({
  key: (userId: string) => ({ pk: userPartition(userId), sk: 'ACTIVATION' }),
  schema: activationSchema,
});

/** When a user's latest decisions were refused: a sliding window in attributes of its own. */
export const refusals = storedItem({
  key: (userId: string) => ({ pk: userPartition(userId), sk: 'REFUSALS' }),
  schema: z.record(z.string(), z.unknown()),
});

/** When a user last blocked a token: a sliding window as well. */
export const blockTimes = storedItem({
  key: (userId: string) => ({ pk: userPartition(userId), sk: 'BLOCKS' }),
  schema: z.record(z.string(), z.unknown()),
});

/** The memory of a user's one-time codes. */
export const otpStates = storedItem({
  key: (userId: string) => ({ pk: userPartition(userId), sk: 'OTP' }),
  schema: otpStateSchema,
});

const usernameOwnerSchema = z.object({
  userId: z.string(),
  companyId: z.string(),
  tokenId: z.string(),
  physicalTokenId: z.nullable(z.string()),
  /** True if the user pool lets the user sign in, as far as this table knows. */
  canSignIn: z.boolean(),
  /** Set once they go by another name, here or in another company: this one is nobody's again. */
  renamedTo: z.optional(z.string()),
});
export type UsernameOwner = z.infer<typeof usernameOwnerSchema>;

/** Usernames are the same without regard to case, as the pool has them. */
export const foldUsername = (username: string): string => username.toLowerCase();

/** The user of a username, with the ids of what is theirs, so that one more read finds all of it. */
export const usernameOwners = storedItem({
  key: (username: string) => ({ pk: `USERNAME#${foldUsername(username)}`, sk: 'OWNER' }),
  schema: usernameOwnerSchema,
});

const usernameClaimSchema = z.object({ companyId: z.string(), until: z.string() });

/** A load's claim to a username that nobody has yet: while it lasts, no load for another company may take it. */
export const usernameClaims = storedItem({
  key: (username: string) => ({ pk: usernameOwners.key(username).pk, sk: 'CLAIM' }),
  schema: usernameClaimSchema,
});

/** The form in which serials are compared. */
export const serialKey = (serial: string): string => serial.normalize('NFC').toUpperCase();

const serialHolderSchema = z.object({
  /** In lower case. */
  username: z.string(),
  /** Set while a load has only claimed it. */
  until: z.optional(z.string()),
});

export type SerialHolder = z.infer<typeof serialHolderSchema>;

/** Which of a company's users has the physical token of this serial. */
export const serialHolders = storedItem({
  key: (companyId: string, serial: string) => ({
    pk: companyPartition(companyId),
    sk: `SERIAL#${serialKey(serial)}`,
  }),
  schema: serialHolderSchema,
});

/** The user of any company who last got this address or serial: tells who may have two usernames. */
export const lastHolders = storedItem({
  key: (kind: 'EMAIL' | 'SERIAL', value: string) => ({
    pk: `${kind}#${createHash('sha256')
      .update(kind === 'EMAIL' ? value.toLowerCase() : serialKey(value))
      .digest('hex')}`,
    sk: 'LAST',
  }),
  schema: z.object({ username: z.string() }),
});

/** A company's id without regard to case and punctuation. */
export const spellingKey = (companyId: string): string => companyId.toLowerCase().replaceAll(/[^a-z0-9]/g, '');

export const companySpellings = (companyId: string): string => `SPELLING#${spellingKey(companyId)}`;

export const notificationStatusSchema = z.enum(['PENDING', 'SENT', 'FAILED', 'NOT_NEEDED']);
export type NotificationStatus = z.infer<typeof notificationStatusSchema>;

const holdSchema = z.object({
  /** Of the execution that waits now; absent where none has come so far. It never leaves the backend. */
  taskToken: z.optional(z.string()),
  notification: notificationStatusSchema,
  /** Prompts to the approvers so far, and whether the last failed for a reason that may pass. */
  prompts: z.optional(z.number()),
  passing: z.optional(z.boolean()),
  /** Which of the change's executions is the current one, where it is not the first. */
  attempt: z.optional(z.number()),
});
export type Hold = z.infer<typeof holdSchema>;

/** The workflow's side of a held change. */
export const holds = storedItem({
  key: (changeId: string) => ({ pk: `CHANGE#${changeId}`, sk: 'HOLD' }),
  schema: holdSchema,
});

const noticesSchema = z.object({
  seq: z.number(),
  push: notificationStatusSchema,
  email: notificationStatusSchema,
});
export type Notices = z.infer<typeof noticesSchema>;

/** The fate of the notices of a change to the token's holder, as of the latest event that was seen to. */
export const notices = storedItem({
  key: (changeId: string) => ({ pk: `CHANGE#${changeId}`, sk: 'NOTICES' }),
  schema: noticesSchema,
});

/** The same of an event that belongs to no change. */
export const eventNotices = storedItem({
  key: (companyId: string, tokenId: string, seq: number) => ({
    pk: `NOTICE#${companyId}#${tokenId}#${seq}`,
    sk: 'NOTICES',
  }),
  schema: noticesSchema,
});

/** The address that an event of a company's record took a user's notices away from, until it is told. */
export const formerAddresses = storedItem({
  key: (companyId: string, seq: number) => ({ pk: `NOTICE#${companyId}#${COMPANY_RECORD}#${seq}`, sk: 'ADDRESS' }),
  schema: z.object({ email: z.string() }),
});

/**
 * A public key that was enrolled once. By its first coordinate alone: the key whose second is the other has the same
 * private key, but for its sign.
 */
export const boundKeys = storedItem({
  key: ({ x }: { readonly x: string }) => ({ pk: `KEY#${x}`, sk: 'OWNER' }),
  schema: z.object({ userId: z.string(), deviceId: z.string() }),
});

/** Whom a push endpoint wakes; the push token itself is in no key. */
export const endpoints = storedItem({
  key: (endpointArn: string) => ({
    pk: `ENDPOINT#${createHash('sha256').update(endpointArn).digest('hex')}`,
    sk: 'OWNER',
  }),
  schema: endpointSchema,
});

const sealedSeedSchema = z.object({
  /** The phone that has this seed: to no other does the token give codes. */
  deviceId: z.string(),
  /** The seed as KMS sealed it, base64. */
  sealed: z.string(),
});
export type SealedSeed = z.infer<typeof sealedSeedSchema>;

/** A token's sealed seed, of which there is no copy. */
export const seeds = storedItem({
  table: 'seeds',
  key: (tokenId: string) => ({ pk: `TOKEN#${tokenId}`, sk: 'SEED' }),
  schema: sealedSeedSchema,
});

/** When a person last signed in to a front: apart, so that whoever notes it can write nothing else. */
export const signIns = storedItem({
  table: 'signIns',
  key: (userId: string, front: Front) => ({ pk: userPartition(userId), sk: front }),
  schema: signInsSchema,
});

export const recordPartition = (companyId: string, tokenId: string): string => `COMPANY#${companyId}#TOKEN#${tokenId}`;

/** An event of a token's record, or of the company's own; twelve digits, so that events sort by number. */
export const recordEvents = storedItem({
  table: 'record',
  key: (companyId: string, tokenId: string, seq: number) => ({
    pk: recordPartition(companyId, tokenId),
    sk: `EVENT#${String(seq).padStart(12, '0')}`,
  }),
  schema: eventSchema,
});

/**
 * Where an event stands among all of its company's: by its time, and in its record's order. The type is in it, so that an
 * index of keys alone tells it.
 */
export function eventSortKey({ at, seq, type }: TokenEvent, tokenId: string): string {
  return [at, String(seq).padStart(12, '0'), tokenId, type].join('#');
}

/** A change with what is kept beside it. */
export interface FoundChange {
  readonly change: Change;
  readonly hold: Hold | undefined;
  readonly notices: Notices | undefined;
}

/** The entries by which a company's tokens are found by their holders' names. */
export const searchPartition = (companyId: string, kind: string): string => `COMPANY#${companyId}#SEARCH#${kind}`;
export const searchKey = (companyId: string, kind: string, term: string, tokenId: string): Key => ({
  pk: searchPartition(companyId, kind),
  sk: `${term}#${tokenId}`,
});

export const administratorsWaiting = (companyId: string): string => `COMPANY#${companyId}#ADMINISTRATORS`;
export const userWaiting = userPartition;

/** Exactly one per held change, in the partition of whoever may decide it by phone, if anyone may; sorts by age. */
export function waitingKey(change: HeldChange): Key | undefined {
  const pk = waitingPartition(change);
  return pk === undefined ? undefined : { pk, sk: `WAITING#${change.createdAt}#${change.changeId}` };
}

function waitingPartition({ companyId, holder, requestedBy, authorization }: HeldChange): string | undefined {
  switch (authorization.policy) {
    case 'REQUESTER':
      return userWaiting(requestedBy.userId);
    case 'HOLDER':
      return userWaiting(holder.userId);
    case 'OTHER_ADMINISTRATOR':
      return administratorsWaiting(companyId);
    case 'BANK':
      return undefined;
  }
}

/** Partitions of the index of open changes, so that no one partition takes every new change. */
export const OPEN_SHARDS = 8;
export const openPartition = (shard: number): string => `OPEN#${shard}`;

/** A change's place in its shard: the first due first. */
export const openSort = (dueAt: string, changeId: string): string => `${dueAt}#${changeId}`;

/** The shard of a change in the index of open changes. */
export function openShard({ changeId }: Pick<Change, 'changeId'>): number {
  return createHash('sha256').update(changeId).digest().readUInt32BE(0) % OPEN_SHARDS;
}
