import { apiHandler } from '../../shared/http/api-handler.ts';
import { appMeQuerySchema } from '../../shared/http/schemas.ts';
import { tokenView, userView } from '../../shared/http/views.ts';
import { readDevice, readToken } from '../../shared/repositories/items.ts';
import { deviceKey, tokenKey } from '../../shared/repositories/keys.ts';
import { getAll } from '../../shared/repositories/table.ts';

/** GET /app/me: the caller; asked about a device of theirs, also whether that one is retired. */
export const handler = apiHandler({ caller: 'ANYONE', query: appMeQuerySchema }, async ({ caller, query }) => {
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
      retiredDeviceId: await retiredDeviceId(caller.userId, query.deviceId),
    },
  };
});

/** The id that was asked about, if it is of a retired device of the caller; of any other device nothing is said. */
async function retiredDeviceId(userId: string, deviceId: string | undefined): Promise<string | null> {
  if (deviceId === undefined) return null;
  const [item] = await getAll([deviceKey(userId, deviceId)]);
  return readDevice(item)?.retiredAt ? deviceId : null;
}
