import * as z from 'zod/mini';
import {
  actionSchema,
  authorizationPolicySchema,
  challengeSchema,
  changeNamesSchema,
  changeStatusSchema,
  outcomeCauseSchema,
} from '../domain/change.ts';
import { approvalPolicySchema } from '../domain/company.ts';
import { eventSchema } from '../domain/event.ts';
import { receiptSchema } from '../domain/receipt.ts';
import { labelSchema, supportSchema } from '../domain/support.ts';
import { platformSchema, tokenKindSchema, tokenStatusSchema } from '../domain/token.ts';
import { namedPersonSchema, roleSchema } from '../domain/user.ts';

/** The API's answers: the OpenAPI document is made of these, and the tests hold real answers against them. */
export const userResponse = z.strictObject({
  userId: z.string(),
  fullName: z.string(),
  username: z.string(),
  role: roleSchema,
});

const timeSchema = z.iso.datetime();
export const deviceResponse = z.strictObject({
  deviceId: z.string(),
  name: z.string(),
  platform: platformSchema,
  enrolledAt: timeSchema,
});

export const holderResponse = z.extend(userResponse, { enabled: z.boolean() });

export const pendingChangeResponse = z.strictObject({
  changeId: z.string(),
  action: actionSchema,
  status: changeStatusSchema,
  expiresAt: timeSchema,
});

export const tokenResponse = z.strictObject({
  tokenId: z.string(),
  kind: tokenKindSchema,
  serial: z.string(),
  status: tokenStatusSchema,
  holder: holderResponse,
  device: z.nullable(deviceResponse),
  pendingChange: z.nullable(pendingChangeResponse),
  availableActions: z.array(actionSchema),
  version: z.int(),
  updatedAt: timeSchema,
});

/** A token read by itself also says what its reader can do about it. */
export const tokenDetailsResponse = z.strictObject({
  ...tokenResponse.shape,
  authorizable: z.boolean(),
  leavesNobody: z.boolean(),
  ownActivationUntil: z.nullable(timeSchema),
});

export const authorizationResponse = z.strictObject({
  policy: authorizationPolicySchema,
  expiresAt: timeSchema,
  decidedBy: z.optional(namedPersonSchema),
  decidedAt: z.optional(timeSchema),
  /** While it is held, in a read of this change alone: whether anybody is left who may decide it. */
  decidable: z.optional(z.boolean()),
});

export const outcomeResponse = z.strictObject({
  cause: outcomeCauseSchema,
  by: z.nullable(namedPersonSchema),
  suspendedUntil: z.optional(timeSchema),
});

export const deliveryStatusSchema = z.enum(['PENDING', 'SENT', 'FAILED', 'NOT_NEEDED']);
export const notificationResponse = z.strictObject({ status: deliveryStatusSchema });
export const noticeResponse = z.strictObject({ channel: z.enum(['PUSH', 'EMAIL']), status: deliveryStatusSchema });

export const changeResponse = z.strictObject({
  changeId: z.string(),
  /** Of the id, short enough to be read over the telephone. */
  number: z.string(),
  tokenId: z.string(),
  action: actionSchema,
  reason: z.string(),
  note: z.nullable(z.string()),
  status: changeStatusSchema,
  requestedBy: namedPersonSchema,
  holder: namedPersonSchema,
  authorization: z.nullable(authorizationResponse),
  /** Once it is closed: how, and by whose act. */
  outcome: z.optional(outcomeResponse),
  notification: notificationResponse,
  notices: z.array(noticeResponse),
  createdAt: timeSchema,
  updatedAt: timeSchema,
  bindingCode: z.optional(z.string().check(z.regex(/^\d{6}$/))),
});

const lastAccessSchema = z
  .nullable(timeSchema)
  .check(z.describe('The latest sign-in to the same front other than this one; null where none is known'));

export const companyResponse = z.strictObject({
  companyId: z.string(),
  name: z.string(),
  authorizationPolicy: approvalPolicySchema,
});

export const meResponse = z.strictObject({
  user: userResponse,
  company: companyResponse,
  permissions: z.array(z.string()),
  lastAccess: lastAccessSchema,
});

export const reasonResponse = z.strictObject({
  action: actionSchema,
  code: z.string(),
  label: labelSchema,
  noteRequired: z.boolean(),
  holderExcluded: z.boolean(),
});

export const reasonsResponse = z.strictObject({ items: z.array(reasonResponse) });

export const activationCodeResponse = z.strictObject({ activationCode: z.string(), expiresAt: timeSchema });

export const supportResponse = z.strictObject({
  ...supportSchema.shape,
  open: z.boolean(),
  opensAt: z.nullable(timeSchema),
});

export const enrolmentResponse = z.strictObject({ deviceId: z.string(), tokenId: z.string(), seed: z.string() });

export const ownTokenResponse = z.strictObject({ tokenId: z.string(), status: tokenStatusSchema });

export const appMeResponse = z.strictObject({
  user: userResponse,
  device: z.nullable(deviceResponse),
  token: ownTokenResponse,
  /** The change of the token that is not yet applied, whoever decides it. */
  pendingChange: tokenResponse.shape.pendingChange,
  physicalToken: z.nullable(tokenResponse),
  lastAccess: lastAccessSchema,
  /** The device of the query, if it is a retired one of the caller. */
  retiredDeviceId: z.optional(z.nullable(z.string())),
});

export const changeNamesResponse = z.strictObject(changeNamesSchema.shape);

export const waitingChangeResponse = z.strictObject({
  changeId: z.string(),
  challenge: challengeSchema,
  attemptsLeft: z.int(),
  names: changeNamesResponse,
});

export const authorizationsResponse = z.strictObject({ items: z.array(waitingChangeResponse) });

export const decisionResponse = z.strictObject({ changeId: z.string(), status: changeStatusSchema });

export const otpVerificationResponse = z.strictObject({ valid: z.boolean() });

function buildPageSchema<T extends z.ZodMiniType>(item: T) {
  return z.strictObject({ items: z.array(item), nextCursor: z.nullable(z.string()) });
}

export const matchesResponse = z.strictObject({ count: z.int(), more: z.boolean() });

/** A page of tokens; how many match where that was asked for: `count` of them, and perhaps more. */
export const tokenPageResponse = z.strictObject({
  ...buildPageSchema(tokenResponse).shape,
  matches: z.optional(matchesResponse),
});

export const eventResponse = z.strictObject(eventSchema.shape);

/** An event among all of its company's; `tokenId` is null where it is of the company's own record. */
export const companyEventResponse = z.strictObject({
  companyId: z.string(),
  tokenId: z.nullable(z.string()),
  ...eventSchema.shape,
});

export const changePageResponse = buildPageSchema(changeResponse);
export const eventPageResponse = buildPageSchema(eventResponse);
export const companyEventPageResponse = buildPageSchema(companyEventResponse);

export const receiptResponse = receiptSchema;

export const fieldErrorResponse = z.strictObject({ path: z.string(), message: z.string() });

export const changeInTheWayResponse = z.strictObject({
  changeId: z.string(),
  status: changeStatusSchema,
  action: z.optional(actionSchema),
  expiresAt: z.optional(z.string()),
});

/** RFC 9457, with the members of this service. */
export const problemResponse = z.object({
  type: z.string(),
  title: z.string(),
  status: z.int(),
  code: z.string(),
  detail: z.optional(z.string()),
  errors: z.optional(z.array(fieldErrorResponse)),
  attemptsLeft: z.optional(z.int()),
  change: z.optional(changeInTheWayResponse),
  support: z.optional(supportResponse),
  requestId: z.string(),
});
