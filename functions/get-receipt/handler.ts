import { apiHandler } from '../../shared/http/api-handler.ts';
import { changePathSchema } from '../../shared/http/schemas.ts';
import { getReceipt } from '../../shared/lifecycle/get-receipt.ts';

/** GET /changes/{changeId}/receipt */
export const handler = apiHandler({ caller: 'ADMINISTRATOR', path: changePathSchema }, async ({ caller, path }) => ({
  status: 200,
  body: await getReceipt(caller.companyId, path.changeId),
}));
