import * as z from 'zod/mini';

const person = z.strictObject({ userId: z.string(), fullName: z.string() });

/**
 * The change that a person decides. Strict: a member this phone does not know is one it could not show,
 * and a phone signs only what it shows.
 */
export const challengeSchema = z.strictObject({
  changeId: z.string(),
  companyId: z.string(),
  tokenId: z.string(),
  holder: person,
  action: z.string(),
  reason: z.string(),
  note: z.nullable(z.string()),
  requestedBy: person,
  createdAt: z.string(),
  expiresAt: z.string(),
  nonce: z.string(),
});

export type Challenge = z.infer<typeof challengeSchema>;
