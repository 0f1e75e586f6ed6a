import * as z from 'zod';

const time = z.iso.datetime();
const actions = z.enum(['RELEASE', 'BLOCK', 'UNBLOCK']);
const policies = z.enum(['REQUESTER', 'OTHER_ADMINISTRATOR', 'HOLDER', 'BANK']);
const person = z.strictObject({ userId: z.string(), fullName: z.string() });
/** Without a username where it is one of the bank's people, or of an earlier version. */
const namedPerson = z.strictObject({ ...person.shape, username: z.string().optional() });

export const changeStatus = z.enum([
  'PENDING_AUTHORIZATION',
  'AUTHORIZED',
  'APPLIED',
  'REJECTED',
  'EXPIRED',
  'CANCELLED',
  'SUPERSEDED',
  'FAILED',
]);

/** A change exactly as the contract has it: a member too many would be a leak nobody noticed. */
export const changeSchema = z.strictObject({
  changeId: z.string().min(22),
  number: z.string().regex(/^[0-9A-HJKMNP-TV-Z]{4}-[0-9A-HJKMNP-TV-Z]{4}$/),
  tokenId: z.string(),
  action: actions,
  reason: z.string(),
  note: z.string().nullable(),
  status: changeStatus,
  requestedBy: namedPerson,
  holder: namedPerson,
  authorization: z
    .strictObject({
      policy: policies,
      expiresAt: time,
      decidedBy: namedPerson.optional(),
      decidedAt: time.optional(),
      decidable: z.boolean().optional(),
    })
    .nullable(),
  outcome: z
    .strictObject({ cause: z.string(), by: namedPerson.nullable(), suspendedUntil: time.optional() })
    .optional(),
  notification: z.strictObject({ status: z.enum(['PENDING', 'SENT', 'FAILED', 'NOT_NEEDED']) }),
  notices: z.array(z.strictObject({ channel: z.string(), status: z.string() })),
  createdAt: time,
  updatedAt: time,
  bindingCode: z
    .string()
    .regex(/^\d{6}$/)
    .optional(),
});
export type Change = z.infer<typeof changeSchema>;

export const tokenSchema = z.strictObject({
  tokenId: z.string(),
  kind: z.enum(['VIRTUAL', 'PHYSICAL']),
  serial: z.string(),
  status: z.enum(['PENDING_ENROLLMENT', 'ACTIVE', 'BLOCKED', 'RELEASED', 'ENABLED', 'DISABLED']),
  holder: z.strictObject({ ...person.shape, username: z.string(), role: z.string(), enabled: z.boolean() }),
  device: z
    .strictObject({ deviceId: z.string(), name: z.string(), platform: z.enum(['IOS', 'ANDROID']), enrolledAt: time })
    .nullable(),
  pendingChange: z
    .strictObject({ changeId: z.string(), action: actions, status: changeStatus, expiresAt: time })
    .nullable(),
  availableActions: z.array(actions),
  version: z.number(),
  updatedAt: time,
  // Only where a token is read by itself.
  authorizable: z.boolean().optional(),
  leavesNobody: z.boolean().optional(),
  ownActivationUntil: time.nullable().optional(),
});
export type Token = z.infer<typeof tokenSchema>;

export const eventSchema = z.strictObject({
  seq: z.number(),
  type: z.string(),
  at: time,
  actor: z.looseObject({}),
  change: z.looseObject({ changeId: z.string() }).optional(),
  details: z.looseObject({}),
  previousHash: z.string(),
  hash: z.string(),
});
export type TokenEvent = z.infer<typeof eventSchema>;

/** A page of a list. */
export function pageSchema<T extends z.ZodType>(item: T) {
  return z.strictObject({ items: z.array(item), nextCursor: z.string().nullable() });
}

export const activationSchema = z.strictObject({ activationCode: z.string(), expiresAt: time });
