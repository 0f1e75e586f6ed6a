import { assertCaller, type User } from '../domain/user.ts';
import { users } from '../repositories/items.ts';
import type { Read, Wanted } from '../repositories/tables.ts';
import type { Uses } from '../world.ts';

/**
 * Reads the caller as they are now, together with items of their company. A user stays in their company, so it takes
 * one call if this process has read the user before.
 *
 * @throws ProblemError `USER_DISABLED`, `ADMINISTRATOR_ONLY`.
 */
export async function readWithCaller<W extends Wanted>(
  { tables, ahead }: Uses<'tables' | 'ahead'>,
  { userId }: Pick<User, 'userId'>,
  kind: 'ANYONE' | 'ADMINISTRATOR',
  wanted: (companyId: string) => W,
): Promise<{ caller: User; read: Read<W> }> {
  const user = { user: users.at(userId) };
  const known = ahead.findCompany(userId);
  if (known !== undefined) {
    const read = (await tables.read({ ...wanted(known), ...user })) as Read<W> & Read<typeof user>;
    const caller = assertCaller(read.user, kind);
    if (caller.companyId === known) return { caller, read };
  }
  const caller = assertCaller((await tables.read(user)).user, kind);
  ahead.noteCompany(caller);
  return { caller, read: await tables.read(wanted(caller.companyId)) };
}
