import { assertCaller, type User } from '../domain/user.ts';
import { ProblemError } from '../errors.ts';
import { readUsernameOwner, type UsernameOwner, usernameOwnerKey } from '../repositories/company-writes.ts';
import { getAll } from '../repositories/table.ts';

/** Whose a username is; throws `NOT_FOUND` where it is nobody's. */
export async function ownerOf(username: string): Promise<UsernameOwner> {
  const [item] = await getAll([usernameOwnerKey(username.normalize('NFC'))]);
  const owner = readUsernameOwner(item);
  if (!owner) throw new ProblemError('NOT_FOUND');
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
