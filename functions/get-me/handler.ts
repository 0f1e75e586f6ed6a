import { isAdministrator } from '../../shared/domain/user.ts';
import { apiHandler } from '../../shared/http/api-handler.ts';
import { userView } from '../../shared/http/views.ts';
import { readCompany } from '../../shared/repositories/items.ts';
import { companyKey } from '../../shared/repositories/keys.ts';
import { getAll } from '../../shared/repositories/table.ts';

/** What an administrator may do; a secondary user may do none of it. */
const ADMINISTRATOR_PERMISSIONS = [
  'tokens:read',
  'changes:read',
  'changes:request',
  'changes:cancel',
  'activation-codes:create',
];

/** GET /me */
export const handler = apiHandler({ caller: 'ANYONE' }, async ({ caller }) => {
  const [item] = await getAll([companyKey(caller.companyId)]);
  const company = readCompany(item);
  if (!company) throw new Error('The company of a user is missing');
  const { companyId, name, authorizationPolicy } = company;
  return {
    status: 200,
    body: {
      user: userView(caller),
      company: { companyId, name, authorizationPolicy },
      permissions: isAdministrator(caller) ? ADMINISTRATOR_PERMISSIONS : [],
    },
  };
});
