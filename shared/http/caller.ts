import type { APIGatewayProxyEvent } from 'aws-lambda';
import { assertCaller, type CallerKind, type User } from '../domain/user.ts';
import { readUser } from '../repositories/items.ts';
import { userKey } from '../repositories/keys.ts';
import { getAll } from '../repositories/table.ts';

/** A caller of whom nothing is known yet but who they say they are. */
export interface Subject {
  readonly userId: string;
}

/** Whom the token names, as the gateway has verified it; nobody where no person is behind it. */
export function subjectOf(event: APIGatewayProxyEvent, kind: CallerKind): Subject | undefined {
  if (kind === 'SYSTEM') return undefined;
  const sub: unknown = event.requestContext.authorizer?.claims?.sub;
  return typeof sub === 'string' && sub !== '' ? { userId: sub } : undefined;
}

/**
 * The caller as DynamoDB has them now: the token only says who, so that a removed right is gone at once.
 *
 * @throws ProblemError `USER_DISABLED`, `ADMINISTRATOR_ONLY`.
 */
export async function loadCaller(subject: Subject | undefined, kind: CallerKind): Promise<User | Subject | undefined> {
  if (kind === 'SYSTEM') return undefined;
  if (!subject) return assertCaller(undefined, 'ANYONE');
  if (kind === 'SUBJECT') return subject;
  const [item] = await getAll([userKey(subject.userId)]);
  return assertCaller(readUser(item), kind);
}
