import { apiHandler } from '../../shared/http/api-handler.ts';
import { tokenPathSchema } from '../../shared/http/schemas.ts';
import { tokenView } from '../../shared/http/views.ts';
import { getToken } from '../../shared/lifecycle/get-token.ts';

/** GET /tokens/{tokenId} */
export const handler = apiHandler({ caller: 'ADMINISTRATOR', path: tokenPathSchema }, async ({ caller, path }) => {
  const now = new Date();
  const { token, ...forReader } = await getToken(caller, path.tokenId, now);
  return { status: 200, body: { ...tokenView(token, now), ...forReader } };
});
