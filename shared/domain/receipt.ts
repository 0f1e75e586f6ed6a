import * as z from 'zod/mini';
import {
  actionSchema,
  authorizationPolicySchema,
  buildChallenge,
  type Change,
  challengeSchema,
  isHeld,
} from './change.ts';
import { publicJwkSchema } from './device.ts';
import { actorSchema, eventSchema, type TokenEvent } from './event.ts';
import type { Staff } from './staff.ts';
import { asPerson, personSchema } from './user.ts';

/** Name and version of the format; another version may mean other members. */
export const RECEIPT_FORMAT = 'llavero-receipt/1';

/** JWS `typ` of a receipt's signature: no other signed document can pass for one. */
export const RECEIPT_TYPE = 'llavero-receipt+jws';

const strictPersonSchema = z.strictObject(personSchema.shape);

const receiptEventSchema = z.strictObject({ ...eventSchema.shape, actor: z.strictObject(actorSchema.shape) });

/** One of the bank's people: by name. Their ARN is in the receipts of rescues whose record has it, and in no other. */
const receiptStaffSchema = z.strictObject({ ...personSchema.shape, arn: z.optional(z.string()) });

const receiptRescueSchema = z.strictObject({ proposedBy: receiptStaffSchema, confirmedBy: receiptStaffSchema });

const receiptChangeSchema = z.strictObject({
  changeId: z.string(),
  companyId: z.string(),
  tokenId: z.string(),
  holder: strictPersonSchema,
  action: actionSchema,
  reason: z.string(),
  note: z.nullable(z.string()),
  status: z.literal('APPLIED'),
  requestedBy: strictPersonSchema,
  authorization: z.nullable(
    z.strictObject({
      policy: authorizationPolicySchema,
      expiresAt: z.string(),
      decidedBy: strictPersonSchema,
      decidedAt: z.string(),
      /** Both persons of the bank; only under the policy `BANK`, which needs no phone. */
      rescue: z.optional(receiptRescueSchema),
    }),
  ),
  createdAt: z.string(),
  appliedAt: z.string(),
});
export type ReceiptChange = z.infer<typeof receiptChangeSchema>;

/** The phone that decided: its key, and the event of the record by which it was enrolled. */
const receiptDeviceSchema = z.strictObject({
  deviceId: z.string(),
  userId: z.string(),
  tokenId: z.string(),
  signingKey: z.strictObject(publicJwkSchema.shape),
  enrolment: receiptEventSchema,
});
export type ReceiptDevice = z.infer<typeof receiptDeviceSchema>;

/** The change's part of its token's record, without a gap, and its neighbours. */
const receiptRecordSchema = z.strictObject({
  /** The event before the first of `events`; null where that is the record's first. */
  before: z.nullable(receiptEventSchema),
  /** From the change's request (a block's application) to its application, both included. */
  events: z.array(receiptEventSchema),
  /** The event after the last of `events`; null where there was none yet. */
  after: z.nullable(receiptEventSchema),
  /** The record's last event when the receipt was issued. */
  head: z.strictObject({ seq: z.number(), hash: z.string() }),
});
export type ReceiptRecord = z.infer<typeof receiptRecordSchema>;

/** A receipt of an applied change (docs/receipt.md). */
export const receiptSchema = z.strictObject({
  format: z.literal(RECEIPT_FORMAT),
  issuedAt: z.string(),
  /** RFC 7638 thumbprint of the key that signed it. */
  keyId: z.string(),
  change: receiptChangeSchema,
  /** What the phone signed, or would have; null for a block, which nobody authorizes. */
  challenge: z.nullable(challengeSchema),
  /** The phone's compact JWS; null for a block, and for a rescue, which no phone decides. */
  decision: z.nullable(z.string()),
  device: z.nullable(receiptDeviceSchema),
  record: receiptRecordSchema,
  /** JWS with detached payload, which is the canonical form of all the other members. */
  signature: z.string(),
});
export type Receipt = z.infer<typeof receiptSchema>;
export type UnsignedReceipt = Omit<Receipt, 'signature'>;

/** What is read for a receipt beside the change. */
export interface ReceiptSources {
  readonly record: ReceiptRecord;
  readonly device: ReceiptDevice | null;
  readonly keyId: string;
  readonly now: Date;
}

/** The receipt of an applied change, still to be signed. */
export function composeReceipt(change: Change, { record, device, keyId, now }: ReceiptSources): UnsignedReceipt {
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

function describeAuthorization(change: Change, record: ReceiptRecord): ReceiptChange['authorization'] {
  if (!change.authorization) return null;
  const { policy, expiresAt, decidedBy, decidedAt } = change.authorization;
  if (!decidedBy || !decidedAt) throw new Error('An applied change that was held has been decided');
  const { proposedBy, confirmedBy } = change.authorization.rescue ?? {};
  const authorized = record.events.find((event) => isAbout(event, change) && event.type === 'CHANGE_AUTHORIZED');
  const inRecord = (staff: Staff) => (authorized?.details.proposedBy === proposedBy?.arn ? staff : asPerson(staff));
  const rescue = proposedBy && confirmedBy && { proposedBy: inRecord(proposedBy), confirmedBy: inRecord(confirmedBy) };
  return { policy, expiresAt, decidedBy, decidedAt, ...(rescue ? { rescue } : {}) };
}

/** Whether an event begins the change's part of the record: its request, or a block, which is never requested first. */
export function beginsChange(event: TokenEvent, change: Change): boolean {
  return isAbout(event, change) && event.type === (isHeld(change) ? 'CHANGE_REQUESTED' : 'CHANGE_APPLIED');
}

/** Whether an event ends the change's part of the record. */
export function endsChange(event: TokenEvent, change: Change): boolean {
  return isAbout(event, change) && event.type === 'CHANGE_APPLIED';
}

function isAbout(event: TokenEvent, { changeId }: Change): boolean {
  return event.change?.changeId === changeId;
}
