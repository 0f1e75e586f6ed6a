import { openTables } from '../../shared/aws/tables.ts';
import { apiHandler } from '../../shared/http/api-handler.ts';
import { userView } from '../../shared/http/views.ts';
import { readSettings } from '../../shared/settings.ts';
import { getMe } from '../../shared/use-cases/get-me.ts';

const world = { tables: openTables(process.env), settings: readSettings(process.env, 'origins') };

/** GET /me */
export const handler = apiHandler(world, { caller: 'ANYONE' }, async ({ caller, signedInAt }) => {
  const { company, permissions, lastAccess } = await getMe(world, caller, signedInAt);
  const { companyId, name, authorizationPolicy } = company;
  return {
    status: 200,
    body: { user: userView(caller), company: { companyId, name, authorizationPolicy }, permissions, lastAccess },
  };
});
