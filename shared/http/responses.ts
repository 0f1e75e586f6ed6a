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
import { supportSchema } from '../domain/support.ts';
import { platformSchema, tokenKindSchema, tokenStatusSchema } from '../domain/token.ts';
import { namedPersonSchema, roleSchema } from '../domain/user.ts';

/** What the API answers: the OpenAPI document is made of these, and the tests hold real answers against them. */
const userSchema = z.strictObject({
  userId: z.string(),
  fullName: z.string(),
  username: z.string(),
  role: roleSchema,
});

const timeSchema = z.iso.datetime();
const labelSchema = z.strictObject({ es: z.string(), en: z.string() });
const sentDeviceSchema = z.strictObject({
  deviceId: z.string(),
  name: z.string(),
  platform: platformSchema,
  enrolledAt: timeSchema,
});

export const tokenResponse = z.strictObject({
  tokenId: z.string(),
  kind: tokenKindSchema,
  serial: z.string(),
  status: tokenStatusSchema,
  holder: z.extend(userSchema, { enabled: z.boolean() }),
  device: z.nullable(sentDeviceSchema),
  pendingChange: z.nullable(
    z.strictObject({
      changeId: z.string(),
      action: actionSchema,
      status: changeStatusSchema,
      expiresAt: timeSchema,
    }),
  ),
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

export const changeResponse = z.strictObject({
  changeId: z.string(),
  tokenId: z.string(),
  action: actionSchema,
  reason: z.string(),
  note: z.nullable(z.string()),
  status: changeStatusSchema,
  requestedBy: namedPersonSchema,
  holder: namedPersonSchema,
  authorization: z.nullable(
    z.strictObject({
      policy: authorizationPolicySchema,
      expiresAt: timeSchema,
      decidedBy: z.optional(namedPersonSchema),
      decidedAt: z.optional(timeSchema),
      /** While it is held, in a read of this change alone: whether anybody is left who may decide it. */
      decidable: z.optional(z.boolean()),
    }),
  ),
  /** Once it is closed: how, and by whose act. */
  outcome: z.optional(
    z.strictObject({
      cause: outcomeCauseSchema,
      by: z.nullable(namedPersonSchema),
      suspendedUntil: z.optional(timeSchema),
    }),
  ),
  notification: z.strictObject({ status: z.enum(['PENDING', 'SENT', 'FAILED', 'NOT_NEEDED']) }),
  notices: z.array(
    z.strictObject({
      channel: z.enum(['PUSH', 'EMAIL']),
      status: z.enum(['PENDING', 'SENT', 'FAILED', 'NOT_NEEDED']),
    }),
  ),
  createdAt: timeSchema,
  updatedAt: timeSchema,
  bindingCode: z.optional(z.string().check(z.regex(/^\d{6}$/))),
});

const lastAccessSchema = z
  .nullable(timeSchema)
  .check(z.describe('The latest sign-in to the same front other than this one; null where none is known'));

export const meResponse = z.strictObject({
  user: userSchema,
  company: z.strictObject({ companyId: z.string(), name: z.string(), authorizationPolicy: approvalPolicySchema }),
  permissions: z.array(z.string()),
  lastAccess: lastAccessSchema,
});

export const reasonsResponse = z.strictObject({
  items: z.array(
    z.strictObject({
      action: actionSchema,
      code: z.string(),
      label: labelSchema,
      noteRequired: z.boolean(),
      holderExcluded: z.boolean(),
    }),
  ),
});

export const activationCodeResponse = z.strictObject({ activationCode: z.string(), expiresAt: timeSchema });

export const supportResponse = z.strictObject({
  ...supportSchema.shape,
  open: z.boolean(),
  opensAt: z.nullable(timeSchema),
});

export const enrolmentResponse = z.strictObject({ deviceId: z.string(), tokenId: z.string(), seed: z.string() });

export const appMeResponse = z.strictObject({
  user: userSchema,
  device: z.nullable(sentDeviceSchema),
  token: z.strictObject({ tokenId: z.string(), status: tokenStatusSchema }),
  physicalToken: z.nullable(tokenResponse),
  lastAccess: lastAccessSchema,
  /** The device of the query, if it is a retired one of the caller. */
  retiredDeviceId: z.optional(z.nullable(z.string())),
});

export const authorizationsResponse = z.strictObject({
  items: z.array(
    z.strictObject({
      changeId: z.string(),
      challenge: challengeSchema,
      attemptsLeft: z.int(),
      names: z.strictObject(changeNamesSchema.shape),
    }),
  ),
});

export const decisionResponse = z.strictObject({ changeId: z.string(), status: changeStatusSchema });

export const otpVerificationResponse = z.strictObject({ valid: z.boolean() });

/** A page of a list. */
export function buildPageSchema<T extends z.ZodMiniType>(item: T) {
  return z.strictObject({ items: z.array(item), nextCursor: z.nullable(z.string()) });
}

/** A page of tokens; how many match where that was asked for: `count` of them, and perhaps more. */
export const tokenPageResponse = z.strictObject({
  ...buildPageSchema(tokenResponse).shape,
  matches: z.optional(z.strictObject({ count: z.int(), more: z.boolean() })),
});

export const eventResponse = z.strictObject(eventSchema.shape);

/** An event among all of its company's; `tokenId` is null where it is of the company's own record. */
export const companyEventResponse = z.strictObject({
  companyId: z.string(),
  tokenId: z.nullable(z.string()),
  ...eventSchema.shape,
});

export const receiptResponse = receiptSchema;

/** RFC 9457, with the members of this service. */
export const problemResponse = z.object({
  type: z.string(),
  title: z.string(),
  status: z.int(),
  code: z.string(),
  detail: z.optional(z.string()),
  errors: z.optional(z.array(z.strictObject({ path: z.string(), message: z.string() }))),
  attemptsLeft: z.optional(z.int()),
  change: z.optional(
    z
      .strictObject({
        changeId: z.string(),
        status: changeStatusSchema,
        action: z.optional(actionSchema),
        expiresAt: z.optional(z.string()),
      })
      .check(z.describe('The change that is in the way. Its status is here: the outer one is that of HTTP')),
  ),
  support: z.optional(supportResponse),
  requestId: z.string(),
});
