import * as z from 'zod/mini';
import type { Person } from './user.ts';

/** One of the bank's people, as AWS knows them: IAM's unique id, the name of their login, and the ARN they signed as. */
export const staffSchema = z.object({ userId: z.string(), fullName: z.string(), arn: z.string() });
export type Staff = z.infer<typeof staffSchema>;

/** What STS says of whoever signed a request. */
export interface CallerIdentity {
  readonly account: string;
  readonly arn: string;
  readonly userId: string;
}

const IAM_USER = /^arn:aws[a-z-]*:iam::(\d{12}):user\/(?:[\x21-\x7E]+\/)?([\w+=,.@-]{1,64})$/;

/** Nobody but IAM Identity Center can make or assume a role of this name, and it names the session after its user. */
const IDENTITY_CENTER_SESSION =
  /^arn:aws[a-z-]*:sts::(\d{12}):assumed-role\/AWSReservedSSO_[\w+=,.@-]+\/([\w+=,.@-]{2,64})$/;

/**
 * The person of this account behind an identity; undefined where it is nobody in particular. A session of any other
 * role bears a name that whoever assumed it chose, and so does a federated user: one person could be two.
 */
export function identifyStaff({ account, arn, userId }: CallerIdentity, ownAccount: string): Staff | undefined {
  const session = IDENTITY_CENTER_SESSION.exec(arn);
  const [, owner, fullName] = session ?? IAM_USER.exec(arn) ?? [];
  if (!fullName || owner !== ownAccount || account !== ownAccount) return undefined;
  if (session && !userId.endsWith(`:${fullName}`)) return undefined;
  return { userId, fullName, arn };
}

/** Whether two identities may be one person: the same login, or one of the same name through another role. */
export function maybeSamePerson(one: Person, other: Person): boolean {
  return one.userId === other.userId || one.fullName.toLowerCase() === other.fullName.toLowerCase();
}
