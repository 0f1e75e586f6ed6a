import { apiHandler } from '../../shared/http/api-handler.ts';
import { listAuthorizations } from '../../shared/lifecycle/list-authorizations.ts';

/** GET /app/authorizations */
export const handler = apiHandler({ caller: 'ANYONE' }, async ({ caller }) => ({
  status: 200,
  body: { items: await listAuthorizations(caller) },
}));
