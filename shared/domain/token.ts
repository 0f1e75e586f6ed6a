import * as z from 'zod/mini';
import { actionSchema, changeStatusSchema } from './change.ts';
import { recordHeadSchema } from './event.ts';
import { roleSchema } from './user.ts';

export const virtualStatusSchema = z.enum(['PENDING_ENROLLMENT', 'ACTIVE', 'BLOCKED', 'RELEASED']);
export const physicalStatusSchema = z.enum(['ENABLED', 'DISABLED']);
export const tokenStatusSchema = z.enum([...virtualStatusSchema.options, ...physicalStatusSchema.options]);
export const platformSchema = z.enum(['IOS', 'ANDROID']);
export const tokenKindSchema = z.enum(['VIRTUAL', 'PHYSICAL']);

export type VirtualStatus = z.infer<typeof virtualStatusSchema>;
export type TokenStatus = z.infer<typeof tokenStatusSchema>;
export type TokenKind = z.infer<typeof tokenKindSchema>;

/** A token as it is stored; every write replaces it on the condition that `version` is as it was read. */
export const tokenSchema = z.object({
  tokenId: z.string(),
  companyId: z.string(),
  kind: tokenKindSchema,
  serial: z.string(),
  status: tokenStatusSchema,
  /** Set only while `BLOCKED`: where an unblock returns to. */
  statusBeforeBlock: z.optional(z.enum(['PENDING_ENROLLMENT', 'ACTIVE', 'RELEASED'])),
  holder: z.object({
    userId: z.string(),
    fullName: z.string(),
    username: z.string(),
    role: roleSchema,
    /** As their profile has it, in whose transactions it is written; absent until the next load of an earlier one. */
    enabled: z.optional(z.boolean()),
  }),
  /** The words by which a search finds it. */
  searchWords: z._default(z.array(z.string()), []),
  device: z.nullable(
    z.object({ deviceId: z.string(), name: z.string(), platform: platformSchema, enrolledAt: z.string() }),
  ),
  /** The change not yet applied, where there is one; a held one counts only until it expires. */
  pendingChange: z.nullable(
    z.object({
      changeId: z.string(),
      action: actionSchema,
      status: changeStatusSchema,
      expiresAt: z.string(),
    }),
  ),
  /** When the latest held changes against this token were started, epoch milliseconds. */
  holdStarts: z.array(z.number()),
  /** When the latest activation codes for this token were created, epoch milliseconds. */
  codeStarts: z.array(z.number()),
  /** Whose phone authorized the last release, and when: opens the holder's own activation code for 30 minutes. */
  lastRelease: z.optional(z.object({ authorizedBy: z.string(), authorizedAt: z.string() })),
  recordHead: recordHeadSchema,
  version: z.number(),
  updatedAt: z.string(),
});
export type Token = z.infer<typeof tokenSchema>;
export type PendingChange = NonNullable<Token['pendingChange']>;

/** The phone that a token is active with now, if it is. */
export function activeDeviceId(token: Token | undefined): string | undefined {
  return token?.status === 'ACTIVE' ? token.device?.deviceId : undefined;
}
