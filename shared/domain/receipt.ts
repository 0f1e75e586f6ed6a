import * as z from 'zod/mini';
import { actionSchema, authorizationPolicySchema, buildChallenge, type Change, isHeld } from './change.ts';
import { publicJwkSchema } from './device.ts';
import { eventDetailsSchema, type TokenEvent, tokenEventTypeSchema } from './event.ts';
import type { Staff } from './staff.ts';
import { asPerson } from './user.ts';

/** Name and version of the format; another version may mean other members. */
export const RECEIPT_FORMAT = 'llavero-receipt/1';

/** JWS `typ` of a receipt's signature: no other signed document can pass for one. */
export const RECEIPT_TYPE = 'llavero-receipt+jws';

/** Names, ids and notes: a text of at least one character. */
const textSchema = z.string().check(z.minLength(1));

/** RFC 3339, UTC, with milliseconds: the one text that each moment has. */
const timeSchema = z.string().check(
  z.regex(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/),
  z.refine((text) => !Number.isNaN(Date.parse(text)) && new Date(text).toISOString() === text),
);

/** SHA-256 in lower-case hexadecimal. */
const hashSchema = z.string().check(z.regex(/^[0-9a-f]{64}$/));

/** The place of an event in its record, counted from one. */
const seqSchema = z.int().check(z.gte(1));

const reasonSchema = z.string().check(z.regex(/^[A-Z_]{1,40}$/));

const noteSchema = z.nullable(textSchema);

export const receiptPersonSchema = z.strictObject({ userId: textSchema, fullName: textSchema });

/** A person by both id and name; the service, and an import, by neither. */
export const receiptActorSchema = z
  .strictObject({
    type: z.enum(['USER', 'SYSTEM', 'BANK']),
    userId: z.optional(textSchema),
    fullName: z.optional(textSchema),
  })
  .check(
    z.refine(({ type, userId, fullName }) => {
      const isNamed = userId !== undefined && fullName !== undefined;
      const isNobody = userId === undefined && fullName === undefined;
      return (isNamed && type !== 'SYSTEM') || (isNobody && type !== 'USER');
    }),
  );

export const receiptEventChangeSchema = z.strictObject({
  changeId: textSchema,
  action: actionSchema,
  reason: reasonSchema,
  note: noteSchema,
});

export const receiptEventSchema = z.strictObject({
  seq: seqSchema,
  type: tokenEventTypeSchema,
  at: timeSchema,
  actor: receiptActorSchema,
  change: z.optional(receiptEventChangeSchema),
  details: eventDetailsSchema,
  previousHash: hashSchema,
  hash: hashSchema,
});

export type ReceiptEvent = z.infer<typeof receiptEventSchema>;

/** One of the bank's people: by name. Their ARN is in the receipts of rescues whose record has it, and in no other. */
export const receiptStaffSchema = z.strictObject({
  userId: textSchema,
  fullName: textSchema,
  arn: z.optional(textSchema),
});

export const receiptRescueSchema = z.strictObject({ proposedBy: receiptStaffSchema, confirmedBy: receiptStaffSchema });

/** The members that say what was requested, of the change and of what the phone signed. */
const requestShape = {
  changeId: textSchema,
  companyId: textSchema,
  tokenId: textSchema,
  holder: receiptPersonSchema,
  action: actionSchema,
  reason: reasonSchema,
  note: noteSchema,
};

export const receiptAuthorizationSchema = z.strictObject({
  policy: authorizationPolicySchema,
  expiresAt: timeSchema,
  decidedBy: receiptPersonSchema,
  decidedAt: timeSchema,
  /** Both persons of the bank; only under the policy `BANK`, which needs no phone. */
  rescue: z.optional(receiptRescueSchema),
});

export const receiptChangeSchema = z.strictObject({
  ...requestShape,
  status: z.literal('APPLIED'),
  requestedBy: receiptPersonSchema,
  authorization: z.nullable(receiptAuthorizationSchema),
  createdAt: timeSchema,
  appliedAt: timeSchema,
});
export type ReceiptChange = z.infer<typeof receiptChangeSchema>;

/** The question to be decided, as the phone showed it. */
export const receiptChallengeSchema = z.strictObject({
  ...requestShape,
  requestedBy: receiptPersonSchema,
  createdAt: timeSchema,
  expiresAt: timeSchema,
  /** At least 128 random bits, base64url. */
  nonce: z.string().check(z.regex(/^[\w-]{22,}$/)),
});

export const receiptKeySchema = z.strictObject(publicJwkSchema.shape);

/** The phone that decided: its key, and the event of the record by which it was enrolled. */
export const receiptDeviceSchema = z.strictObject({
  deviceId: textSchema,
  userId: textSchema,
  tokenId: textSchema,
  signingKey: receiptKeySchema,
  enrolment: receiptEventSchema,
});
export type ReceiptDevice = z.infer<typeof receiptDeviceSchema>;

export const receiptHeadSchema = z.strictObject({ seq: seqSchema, hash: hashSchema });

/** The change's part of its token's record, without a gap, and its neighbours. */
export const receiptRecordSchema = z.strictObject({
  /** The event before the first of `events`; null where that is the record's first. */
  before: z.nullable(receiptEventSchema),
  /** From the change's request (a block's application) to its application, both included. */
  events: z.array(receiptEventSchema),
  /** The event after the last of `events`; null where there was none yet. */
  after: z.nullable(receiptEventSchema),
  /** The record's last event when the receipt was issued. */
  head: receiptHeadSchema,
});
export type ReceiptRecord = z.infer<typeof receiptRecordSchema>;

/** The document that the bank signs of an applied change (docs/receipt.md). */
const unsignedMembers = {
  format: z.literal(RECEIPT_FORMAT),
  issuedAt: timeSchema,
  /** RFC 7638 thumbprint of the key that signed it. */
  keyId: z.string().check(z.regex(/^[\w-]{43}$/)),
  change: receiptChangeSchema,
  /** The challenge that the phone signed, or would have; null for a block, which nobody authorizes. */
  challenge: z.nullable(receiptChallengeSchema),
  /** The phone's compact JWS; null for a block, and for a rescue, which no phone decides. */
  decision: z.nullable(z.string()),
  device: z.nullable(receiptDeviceSchema),
  record: receiptRecordSchema,
};
export const unsignedReceiptSchema = z.strictObject(unsignedMembers);
export type UnsignedReceipt = z.infer<typeof unsignedReceiptSchema>;

/** The whole document, as it is handed out. */
export const receiptSchema = z.strictObject({
  ...unsignedMembers,
  /** JWS with detached payload, which is the canonical form of all the other members. */
  signature: z.string(),
});
export type Receipt = z.infer<typeof receiptSchema>;

/** The change's part of a record, as it was read. */
export interface FoundRecord {
  readonly before: TokenEvent | null;
  readonly events: readonly TokenEvent[];
  readonly after: TokenEvent | null;
  readonly head: ReceiptRecord['head'];
}

/** The phone that decided, as it was read. */
export type FoundPhone = Omit<ReceiptDevice, 'enrolment'> & { readonly enrolment: TokenEvent };

/** The data that a receipt needs beside the change. */
export interface ReceiptSources {
  readonly record: FoundRecord;
  readonly device: FoundPhone | null;
  readonly keyId: string;
  readonly now: Date;
}

/** The receipt of an applied change, still to be judged and signed. */
export function composeReceipt(change: Change, { record, device, keyId, now }: ReceiptSources) {
  const { changeId, companyId, tokenId, holder, action, reason, note, requestedBy, createdAt } = change;
  const applied = record.events.at(-1);
  if (change.status !== 'APPLIED' || !applied) throw new Error('Only an applied change has a receipt');
  return {
    format: RECEIPT_FORMAT,
    issuedAt: now.toISOString(),
    keyId,
    change: {
      changeId,
      companyId,
      tokenId,
      holder,
      action,
      reason,
      note,
      status: change.status,
      requestedBy,
      authorization: describeAuthorization(change, record),
      createdAt,
      appliedAt: applied.at,
    },
    challenge: isHeld(change) ? buildChallenge(change) : null,
    decision: change.authorization?.recorded?.jws ?? null,
    device,
    record,
  };
}

function describeAuthorization(change: Change, record: FoundRecord): ReceiptChange['authorization'] {
  if (!change.authorization) return null;
  const { policy, expiresAt, decidedBy, decidedAt } = change.authorization;
  if (!decidedBy || !decidedAt) throw new Error('An applied change that was held has been decided');
  const { proposedBy, confirmedBy } = change.authorization.rescue ?? {};
  const authorized = record.events.find((event) => isAbout(event, change) && event.type === 'CHANGE_AUTHORIZED');
  const inRecord = (staff: Staff) => (authorized?.details.proposedBy === proposedBy?.arn ? staff : asPerson(staff));
  const rescue = proposedBy && confirmedBy && { proposedBy: inRecord(proposedBy), confirmedBy: inRecord(confirmedBy) };
  return { policy, expiresAt, decidedBy, decidedAt, ...(rescue ? { rescue } : {}) };
}

/** True if an event begins the change's part of the record: its request, or a block, which is never requested first. */
export function beginsChange(event: TokenEvent, change: Change): boolean {
  return isAbout(event, change) && event.type === (isHeld(change) ? 'CHANGE_REQUESTED' : 'CHANGE_APPLIED');
}

/** True if an event ends the change's part of the record. */
export function endsChange(event: TokenEvent, change: Change): boolean {
  return isAbout(event, change) && event.type === 'CHANGE_APPLIED';
}

function isAbout(event: TokenEvent, { changeId }: Change): boolean {
  return event.change?.changeId === changeId;
}
