import type { APIGatewayProxyEvent } from 'aws-lambda';
import { assertCaller, type CallerKind, type User } from '../domain/user.ts';
import { users } from '../repositories/items.ts';
import type { Uses } from '../world.ts';

/** A caller of whom nothing is known yet but who they say they are. */
export interface Subject {
  readonly userId: string;
}

/** Reads whom the token names, as the gateway has verified it; nobody where no person is behind it. */
export function readSubject(event: APIGatewayProxyEvent, kind: CallerKind): Subject | undefined {
  if (kind === 'SYSTEM') return undefined;
  const sub: unknown = event.requestContext.authorizer?.claims?.sub;
  return typeof sub === 'string' && sub !== '' ? { userId: sub } : undefined;
}

/** Reads when the person proved who they are: the same in every token that is renewed from that sign-in. */
export function readSignedInAt(event: APIGatewayProxyEvent): Date | undefined {
  // The gateway hands every claim over as a text.
  const seconds = Number(event.requestContext.authorizer?.claims?.auth_time);
  return Number.isSafeInteger(seconds) && seconds > 0 ? new Date(seconds * 1000) : undefined;
}

/**
 * Reads the caller as DynamoDB has them now: the token only says who, so that a removed right is gone at once.
 *
 * @throws ProblemError `USER_DISABLED`, `ADMINISTRATOR_ONLY`.
 */
export async function loadCaller(
  { tables }: Uses<'tables'>,
  subject: Subject | undefined,
  kind: CallerKind,
): Promise<User | Subject | undefined> {
  if (kind === 'SYSTEM') return undefined;
  if (!subject) return assertCaller(undefined, 'ANYONE');
  if (kind === 'SUBJECT') return subject;
  const { user } = await tables.read({ user: users.at(subject.userId) });
  return assertCaller(user, kind);
}
