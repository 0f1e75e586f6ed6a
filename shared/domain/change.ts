import * as z from 'zod/mini';
import { approvalPolicySchema } from './company.ts';
import { staffSchema } from './staff.ts';
import { personSchema } from './user.ts';

export const actionSchema = z.enum(['RELEASE', 'BLOCK', 'UNBLOCK']);
export type Action = z.infer<typeof actionSchema>;

export const changeStatusSchema = z.enum([
  'PENDING_AUTHORIZATION',
  'AUTHORIZED',
  'APPLIED',
  'REJECTED',
  'EXPIRED',
  'CANCELLED',
  'SUPERSEDED',
  'FAILED',
]);
export type ChangeStatus = z.infer<typeof changeStatusSchema>;

/** Who authorizes one change: as the company's policy says, or two persons of the bank for a company that cannot act. */
export const authorizationPolicySchema = z.enum([...approvalPolicySchema.options, 'BANK']);

/** A phone's decision as it was recorded; `jws` is kept as proof. */
export const recordedDecisionSchema = z.object({
  kid: z.string(),
  decision: z.enum(['APPROVE', 'REJECT']),
  /** The phone's own clock, epoch seconds: recorded, not judged. */
  iat: z.number(),
  jws: z.string(),
});
export type RecordedDecision = z.infer<typeof recordedDecisionSchema>;

/** The two persons of the bank behind a rescue. */
export const rescueSchema = z.object({ proposedBy: staffSchema, confirmedBy: z.optional(staffSchema) });

const phoneSchema = z.object({ userId: z.string(), deviceId: z.string() });

/** The relation to a change of somebody who is asked to authorize it. */
const askedAsSchema = z.enum(['REQUESTER', 'HOLDER', 'APPROVER']);
export type AskedAs = z.infer<typeof askedAsSchema>;

/** A phone to wake up. Executions that an earlier version began do not say how its user stands to the change. */
const promptedPhoneSchema = z.extend(phoneSchema, { as: z._default(askedAsSchema, 'APPROVER') });
export type PromptedPhone = z.infer<typeof promptedPhoneSchema>;

/** The hold of a change: who may decide it, until when, and what was decided. */
export const authorizationSchema = z.object({
  policy: authorizationPolicySchema,
  /** The holder is not asked: their phone is the one in doubt, or they are leaving. */
  holderExcluded: z.boolean(),
  expiresAt: z.string(),
  /** 128 random bits, base64url: makes every challenge one of a kind. */
  nonce: z.string(),
  /** Six digits, shown to the requester while the change is held; removed when it is not. */
  bindingCode: z.optional(z.string()),
  /** The phones to wake up: the approvers' as they were when the change was requested. */
  asked: z.array(phoneSchema),
  /** The distinct wrong codes typed so far. */
  wrongCodes: z.array(z.string()),
  decidedBy: z.optional(personSchema),
  decidedAt: z.optional(z.string()),
  recorded: z.optional(recordedDecisionSchema),
  /** Only under `BANK`. */
  rescue: z.optional(rescueSchema),
});
export type Authorization = z.infer<typeof authorizationSchema>;

/** The ways in which a change ends. */
export const outcomeCauseSchema = z.enum([
  'APPROVED',
  'IMMEDIATE',
  'REJECTED',
  'DISOWNED',
  'WRONG_CODES',
  'EXPIRED',
  'CANCELLED',
  'SUPERSEDED',
  'REQUESTER_REMOVED',
  'FAILED',
]);
export type OutcomeCause = z.infer<typeof outcomeCauseSchema>;

/** The ways in which a held change ends without effect and without a phone's decision of it. */
export type ClosingCause = Extract<
  OutcomeCause,
  'CANCELLED' | 'EXPIRED' | 'WRONG_CODES' | 'DISOWNED' | 'REQUESTER_REMOVED'
>;

/** The end of a change and by whose act; nobody's where its time ran out or its requester is gone. */
export const outcomeSchema = z.object({
  cause: outcomeCauseSchema,
  by: z.nullable(personSchema),
  /** Until when its requester may ask for nothing that is held; only of a disowned change. */
  suspendedUntil: z.optional(z.string()),
});
export type Outcome = z.infer<typeof outcomeSchema>;

/** The names by which people are told apart, as they were then: beside what is signed, and never part of it. */
export const changeNamesSchema = z.object({
  company: z.optional(z.string()),
  /** By user id; nobody of the bank's has one. */
  usernames: z.record(z.string(), z.string()),
});
export type ChangeNames = z.infer<typeof changeNamesSchema>;

/** A requested change of a token's state, as it is stored; every write is on the condition of its `version`. */
export const changeSchema = z.object({
  changeId: z.string(),
  companyId: z.string(),
  tokenId: z.string(),
  holder: personSchema,
  action: actionSchema,
  reason: z.string(),
  note: z.nullable(z.string()),
  status: changeStatusSchema,
  requestedBy: personSchema,
  /** Absent from changes of earlier versions. */
  names: z.optional(changeNamesSchema),
  /** Null for a block, which nobody authorizes. */
  authorization: z.nullable(authorizationSchema),
  /** Only once it is closed. */
  outcome: z.optional(outcomeSchema),
  /** Digest of the request: the same Idempotency-Key with another request is refused. */
  requestDigest: z.string(),
  /** The gateway's id of the request, which correlates its log lines. */
  requestId: z.string(),
  createdAt: z.string(),
  updatedAt: z.string(),
  /** When the reconciler should look at the change next; absent once its execution is known to have ended. */
  dueAt: z.optional(z.string()),
  version: z.number(),
});
export type Change = z.infer<typeof changeSchema>;
export type HeldChange = Change & { authorization: Authorization };

/** Distinct wrong codes that end a change. */
export const MAXIMUM_WRONG_CODES = 3;

/** A change that was held for authorization, whatever became of it. */
export function isHeld(change: Change): change is HeldChange {
  return change.authorization !== null;
}

/** True if a change in this status may still have an effect. */
export function isOpen(status: ChangeStatus): boolean {
  return status === 'PENDING_AUTHORIZATION' || status === 'AUTHORIZED';
}

/** The status every answer shows: from `expiresAt` on a held change is `EXPIRED`, written or not. */
export function statusAt(change: { status: ChangeStatus; expiresAt: string | undefined }, now: Date): ChangeStatus {
  const expired =
    change.status === 'PENDING_AUTHORIZATION' &&
    (change.expiresAt === undefined || now.getTime() >= Date.parse(change.expiresAt));
  return expired ? 'EXPIRED' : change.status;
}

/** The status of a stored change at a moment. */
export function changeStatusAt(change: Change, now: Date): ChangeStatus {
  return statusAt({ status: change.status, expiresAt: change.authorization?.expiresAt }, now);
}

/** True if a stored change is past its time, and nobody has written so yet: nothing may show it before somebody has. */
export function isOverdue(change: Change, now: Date): boolean {
  return change.status === 'PENDING_AUTHORIZATION' && changeStatusAt(change, now) === 'EXPIRED';
}

/** A rescue is ended by the bank's two persons or by time alone. */
export function isRescue(change: Change): boolean {
  return change.authorization?.policy === 'BANK';
}

/** A person in what is signed: these two members and no other. */
export const signedPersonSchema = z.strictObject(personSchema.shape);

/** The challenge that the phone shows and signs: built from members that never change (docs/phone-protocol.md). */
export const challengeSchema = z.strictObject({
  changeId: z.string(),
  companyId: z.string(),
  tokenId: z.string(),
  holder: signedPersonSchema,
  action: actionSchema,
  reason: z.string(),
  note: z.nullable(z.string()),
  requestedBy: signedPersonSchema,
  createdAt: z.string(),
  expiresAt: z.string(),
  nonce: z.string(),
});
export type Challenge = z.infer<typeof challengeSchema>;

/** The challenge of a held change. */
export function buildChallenge(change: HeldChange): Challenge {
  const { changeId, companyId, tokenId, holder, action, reason, note, requestedBy, createdAt, authorization } = change;
  const { expiresAt, nonce } = authorization;
  return { changeId, companyId, tokenId, holder, action, reason, note, requestedBy, createdAt, expiresAt, nonce };
}

/** A change as the workflow and its functions are told of it: ids only, none of which ever changes. */
export const changeReferenceSchema = z.object({
  changeId: z.string(),
  companyId: z.string(),
  tokenId: z.string(),
  requestId: z.string(),
});
export type ChangeReference = z.infer<typeof changeReferenceSchema>;

/** The further input of a hold: whom to prompt and until when, so that it need not read the change first. */
export const holdInputSchema = z.object({
  ...changeReferenceSchema.shape,
  action: actionSchema,
  createdAt: z.string(),
  expiresAt: z.string(),
  /** Null where they were prompted before. */
  asked: z.nullable(z.array(promptedPhoneSchema)),
});
export type HoldInput = z.infer<typeof holdInputSchema>;

/** The input of an execution of a held change: only members that never change, and nothing personal. */
export function holdInput(change: HeldChange, { prompted }: { prompted: boolean }): HoldInput {
  const { changeId, companyId, tokenId, requestId, action, createdAt, authorization } = change;
  const asked = prompted ? null : promptedPhones(change);
  return { changeId, companyId, tokenId, requestId, action, createdAt, expiresAt: authorization.expiresAt, asked };
}

/** The phones that a change wakes up, each with how its user stands to the change. */
export function promptedPhones(change: HeldChange): PromptedPhone[] {
  return change.authorization.asked.map((phone) => ({ ...phone, as: askedAs(change, phone.userId) }));
}

/** Whoever asked for a change of their own token is the one who asked. */
function askedAs({ requestedBy, holder }: HeldChange, userId: string): AskedAs {
  if (userId === requestedBy.userId) return 'REQUESTER';
  return userId === holder.userId ? 'HOLDER' : 'APPROVER';
}
