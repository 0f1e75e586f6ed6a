import * as z from 'zod/mini';
import { ProblemError } from '../errors.ts';

export const roleSchema = z.enum(['ADMINISTRATOR', 'SECONDARY']);

/** A person of a company, as the bank loaded them; `userId` is the user pool's `sub`. */
export const userSchema = z.object({
  userId: z.string(),
  companyId: z.string(),
  username: z.string(),
  fullName: z.string(),
  email: z.string(),
  role: roleSchema,
  enabled: z.boolean(),
  /** Their virtual token. */
  tokenId: z.string(),
  /** Their physical token, where they have one. */
  physicalTokenId: z.nullable(z.string()),
});
export type User = z.infer<typeof userSchema>;

/** A person as a record or a signed challenge names them. */
export const personSchema = z.object({ userId: z.string(), fullName: z.string() });
export type Person = z.infer<typeof personSchema>;

/** The two members by which a record or a challenge names a person. */
export function asPerson({ userId, fullName }: Person): Person {
  return { userId, fullName };
}

/** A person with the username that tells them apart from others of their name; absent where it is not known. */
export const namedPersonSchema = z.strictObject({ ...personSchema.shape, username: z.optional(z.string()) });
export type NamedPerson = z.infer<typeof namedPersonSchema>;

/** True if a user may act as administrator now. */
export function isAdministrator(user: User): boolean {
  return user.enabled && user.role === 'ADMINISTRATOR';
}

/**
 * Who may call a route, beyond what the gateway checked. `SUBJECT` is a user whom the route reads itself, together with
 * what else it needs. `SYSTEM` is a system of the bank's, whose right is its scope alone.
 */
export type CallerKind = 'ANYONE' | 'ADMINISTRATOR' | 'SUBJECT' | 'SYSTEM';

/**
 * The user, if they may act as this kind of caller now.
 *
 * @throws ProblemError `USER_DISABLED` (also where the user is unknown), `ADMINISTRATOR_ONLY`.
 */
export function assertCaller(user: User | undefined, kind: 'ANYONE' | 'ADMINISTRATOR'): User {
  if (!user?.enabled) throw new ProblemError('USER_DISABLED');
  if (kind === 'ADMINISTRATOR' && !isAdministrator(user)) throw new ProblemError('ADMINISTRATOR_ONLY');
  return user;
}
