import * as z from 'zod/mini';
import { type Change, changeSchema } from '../domain/change.ts';
import { companySchema } from '../domain/company.ts';
import { deviceSchema } from '../domain/device.ts';
import { endpointSchema } from '../domain/endpoint.ts';
import { suspensionSchema } from '../domain/suspension.ts';
import { tokenSchema } from '../domain/token.ts';
import { userSchema } from '../domain/user.ts';
import type { Item } from './table.ts';

/** An administrator who can authorize now: enabled, with an active token and this phone. */
export const approverSchema = z.object({ userId: z.string(), deviceId: z.string() });

/** An activation code, hashed. One per user: a new one replaces the old. */
export const activationSchema = z.object({
  userId: z.string(),
  codeHash: z.string(),
  expiresAt: z.string(),
  wrongTries: z.number(),
  /** Hashes of the wrong codes, so that one sent again is no new try. */
  wrongHashes: z._default(z.array(z.string()), []),
});
export type Activation = z.infer<typeof activationSchema>;

export const notificationStatusSchema = z.enum(['PENDING', 'SENT', 'FAILED', 'NOT_NEEDED']);
export type NotificationStatus = z.infer<typeof notificationStatusSchema>;

/** The workflow's side of a held change. The task token never leaves the backend. */
export const holdSchema = z.object({
  /** Of the execution that waits now; absent where none has come so far. */
  taskToken: z.optional(z.string()),
  notification: notificationStatusSchema,
  /** Prompts to the approvers so far, and whether the last failed for a reason that may pass. */
  prompts: z.optional(z.number()),
  passing: z.optional(z.boolean()),
  /** Which of the change's executions is the current one, where it is not the first. */
  attempt: z.optional(z.number()),
});
export type Hold = z.infer<typeof holdSchema>;

/** What became of the notices to the holder, as of the latest event that was seen to. */
export const noticesSchema = z.object({
  seq: z.number(),
  push: notificationStatusSchema,
  email: notificationStatusSchema,
});
export type Notices = z.infer<typeof noticesSchema>;

/** A change with what is kept beside it. */
export interface FoundChange {
  readonly change: Change;
  readonly hold: Hold | undefined;
  readonly notices: Notices | undefined;
}

/** The item as its schema, or undefined where there is none; throws where it is stored otherwise than the schema says. */
function reader<T extends z.ZodMiniType>(schema: T): (item: Item | undefined) => z.infer<T> | undefined {
  return (item) => (item === undefined ? undefined : schema.parse(item));
}

export const readCompany = reader(companySchema);
export const readUser = reader(userSchema);
export const readToken = reader(tokenSchema);
export const readChange = reader(changeSchema);
export const readDevice = reader(deviceSchema);
export const readApprover = reader(approverSchema);
export const readActivation = reader(activationSchema);
export const readSuspension = reader(suspensionSchema);
export const readHold = reader(holdSchema);
export const readNotices = reader(noticesSchema);
export const readEndpoint = reader(endpointSchema);
