import type { Company } from '../domain/company.ts';
import { isAdministrator, type User } from '../domain/user.ts';
import { companies } from '../repositories/items.ts';
import type { Uses } from '../world.ts';

/** Of an administrator; a secondary user has none of them. */
const ADMINISTRATOR_PERMISSIONS = [
  'tokens:read',
  'changes:read',
  'changes:request',
  'changes:cancel',
  'activation-codes:create',
];

/** Gives the caller's company, and what the caller may do. */
export async function getMe(
  { tables }: Uses<'tables'>,
  caller: User,
): Promise<{ company: Company; permissions: readonly string[] }> {
  const { company } = await tables.read({ company: companies.at(caller.companyId) });
  if (!company) throw new Error('The company of a user is missing');
  return { company, permissions: isAdministrator(caller) ? ADMINISTRATOR_PERMISSIONS : [] };
}
