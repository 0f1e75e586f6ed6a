import type { Company } from '../domain/company.ts';
import { isAdministrator, type User } from '../domain/user.ts';
import { companies, signIns } from '../repositories/items.ts';
import type { Uses } from '../world.ts';
import { noteSignIn } from './note-sign-in.ts';

/** Of an administrator; a secondary user has none of them. */
const ADMINISTRATOR_PERMISSIONS = [
  'tokens:read',
  'changes:read',
  'changes:request',
  'changes:cancel',
  'activation-codes:create',
];

/** The caller's company and rights, and when they last signed in before. */
export interface Me {
  readonly company: Company;
  readonly permissions: readonly string[];
  readonly lastAccess: string | null;
}

/** Gives the caller's company, what the caller may do, and their latest other sign-in. */
export async function getMe(world: Uses<'tables'>, caller: User, signedInAt: Date | undefined): Promise<Me> {
  const reference = signIns.at(caller.userId, 'WEB');
  const { company, seen } = await world.tables.read({ company: companies.at(caller.companyId), seen: reference });
  if (!company) throw new Error('The company of a user is missing');
  const lastAccess = await noteSignIn(world, reference, seen, signedInAt);
  return { company, permissions: isAdministrator(caller) ? ADMINISTRATOR_PERMISSIONS : [], lastAccess };
}
