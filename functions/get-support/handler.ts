import { supportAt } from '../../shared/domain/support.ts';
import { apiHandler } from '../../shared/http/api-handler.ts';

/** GET /support */
export const handler = apiHandler({ caller: 'ANYONE' }, async () => ({ status: 200, body: supportAt(new Date()) }));
