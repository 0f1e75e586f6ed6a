import { ProblemError } from '../../shared/errors.ts';
import { apiHandler } from '../../shared/http/api-handler.ts';
import { tokenPathSchema } from '../../shared/http/schemas.ts';
import { tokenView } from '../../shared/http/views.ts';
import { settleToken } from '../../shared/lifecycle/settle-change.ts';
import { readToken } from '../../shared/repositories/items.ts';
import { tokenKey } from '../../shared/repositories/keys.ts';
import { getAll } from '../../shared/repositories/table.ts';

/** GET /tokens/{tokenId} */
export const handler = apiHandler({ caller: 'ADMINISTRATOR', path: tokenPathSchema }, async ({ caller, path }) => {
  const [item] = await getAll([tokenKey(caller.companyId, path.tokenId)]);
  const token = readToken(item);
  if (!token) throw new ProblemError('NOT_FOUND');
  const now = new Date();
  return { status: 200, body: tokenView(await settleToken(token, now), now) };
});
