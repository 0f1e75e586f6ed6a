import { apiHandler } from '../../shared/http/api-handler.ts';
import { tokenView, userView } from '../../shared/http/views.ts';
import { readToken } from '../../shared/repositories/items.ts';
import { tokenKey } from '../../shared/repositories/keys.ts';
import { getAll } from '../../shared/repositories/table.ts';

/** GET /app/me */
export const handler = apiHandler({ caller: 'ANYONE' }, async ({ caller }) => {
  const { companyId, tokenId, physicalTokenId } = caller;
  const [tokenItem, physicalItem] = await getAll([
    tokenKey(companyId, tokenId),
    ...(physicalTokenId ? [tokenKey(companyId, physicalTokenId)] : []),
  ]);
  const token = readToken(tokenItem);
  const physical = readToken(physicalItem);
  if (!token) throw new Error('The token of a user is missing');
  return {
    status: 200,
    body: {
      user: userView(caller),
      device: token.device,
      token: { tokenId: token.tokenId, status: token.status },
      physicalToken: physical ? tokenView(physical, new Date()) : null,
    },
  };
});
