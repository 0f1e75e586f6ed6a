import type { APIGatewayProxyEvent } from 'aws-lambda';
import { assertCaller, type CallerKind, type User } from '../domain/user.ts';
import { readUser } from '../repositories/items.ts';
import { userKey } from '../repositories/keys.ts';
import { getAll } from '../repositories/table.ts';

/** A caller of whom nothing is known yet but who they say they are. */
export interface Subject {
  readonly userId: string;
}

/**
 * The caller as DynamoDB has them now: the token only says who, so that a removed right is gone at once.
 *
 * @throws ProblemError `USER_DISABLED`, `ADMINISTRATOR_ONLY`.
 */
export async function loadCaller(event: APIGatewayProxyEvent, kind: CallerKind): Promise<User | Subject | undefined> {
  if (kind === 'SYSTEM') return undefined;
  const sub: unknown = event.requestContext.authorizer?.claims?.sub;
  if (typeof sub !== 'string' || sub === '') return assertCaller(undefined, 'ANYONE');
  if (kind === 'SUBJECT') return { userId: sub };
  const [item] = await getAll([userKey(sub)]);
  return assertCaller(readUser(item), kind);
}
