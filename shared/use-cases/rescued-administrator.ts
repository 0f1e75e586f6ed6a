import { assertCaller, type User } from '../domain/user.ts';
import { ProblemError } from '../errors.ts';
import { type UsernameOwner, usernameOwners } from '../repositories/items.ts';
import type { Uses } from '../world.ts';

/** Finds whose a username is; throws `NOT_FOUND` where it is nobody's, or nobody's any more. */
export async function findUsernameOwner({ tables }: Uses<'tables'>, username: string): Promise<UsernameOwner> {
  const { owner } = await tables.read({ owner: usernameOwners.at(username.normalize('NFC')) });
  if (!owner || owner.renamedTo !== undefined) throw new ProblemError('NOT_FOUND');
  return owner;
}

/**
 * The user, if they are an administrator that the bank has not disabled: nobody else's token is ever rescued.
 *
 * @throws ProblemError `USER_DISABLED`, `ADMINISTRATOR_ONLY`.
 */
export function assertRescuable(user: User | undefined): User {
  return assertCaller(user, 'ADMINISTRATOR');
}
