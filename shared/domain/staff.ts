import * as z from 'zod/mini';
import type { Person } from './user.ts';

/**
 * One of the bank's people, by the session with which they signed: its id, its name and its ARN. Its role's trust policy
 * lets nobody name it otherwise than by the name of their own login.
 */
export const staffSchema = z.object({ userId: z.string(), fullName: z.string(), arn: z.string() });
export type Staff = z.infer<typeof staffSchema>;

/** The identity that STS gives of whoever signed a request. */
export interface CallerIdentity {
  readonly account: string;
  readonly arn: string;
  readonly userId: string;
}

const ROLE = /^arn:(aws[a-z-]*):iam::(\d{12}):role\/(?:[\x21-\x7E]+\/)?([\w+=,.@-]{1,64})$/;

/** A session's ARN has its role's name and not its path. */
const SESSION = /^arn:(aws[a-z-]*):sts::(\d{12}):assumed-role\/([\w+=,.@-]{1,64})\/([\w+=,.@-]{2,64})$/;

/**
 * The person behind an identity that is a session of exactly this role; undefined of every other identity. Whoever holds
 * no such session does not count, whatever else they may do: an IAM user, the root, a session of another role.
 */
export function identifyStaff({ account, arn, userId }: CallerIdentity, roleArn: string): Staff | undefined {
  const role = ROLE.exec(roleArn);
  const session = SESSION.exec(arn);
  const isOfRole = role !== null && session !== null && [1, 2, 3].every((part) => role[part] === session[part]);
  const [, , owner, , fullName] = session ?? [];
  if (!isOfRole || !fullName || account !== owner || !userId.endsWith(`:${fullName}`)) return undefined;
  return { userId, fullName, arn };
}

/** True if two identities may be one person: the same login, whichever of the two roles it holds. */
export function maybeSamePerson(one: Person, other: Person): boolean {
  return one.userId === other.userId || one.fullName.toLowerCase() === other.fullName.toLowerCase();
}
