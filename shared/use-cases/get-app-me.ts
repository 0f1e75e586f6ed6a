import type { Token } from '../domain/token.ts';
import type { User } from '../domain/user.ts';
import { devices, signIns, tokens } from '../repositories/items.ts';
import type { Uses } from '../world.ts';
import { noteSignIn } from './note-sign-in.ts';

/** The caller's tokens and latest other sign-in, and the phone they asked about if it is retired. */
export interface AppMe {
  readonly token: Token;
  readonly physicalToken: Token | undefined;
  readonly retiredDeviceId: string | null;
  readonly lastAccess: string | null;
}

/** Gives the caller's tokens and latest other sign-in; asked about a device of theirs, also whether that one is retired. */
export async function getAppMe(
  world: Uses<'tables'>,
  { userId, companyId, tokenId, physicalTokenId }: User,
  deviceId: string | undefined,
  signedInAt: Date | undefined,
): Promise<AppMe> {
  const reference = signIns.at(userId, 'PHONE');
  const { token, physicalToken, seen } = await world.tables.read({
    token: tokens.at(companyId, tokenId),
    physicalToken: physicalTokenId ? tokens.at(companyId, physicalTokenId) : undefined,
    seen: reference,
  });
  if (!token) throw new Error('The token of a user is missing');
  const lastAccess = await noteSignIn(world, reference, seen, signedInAt);
  return { token, physicalToken, retiredDeviceId: await findRetired(world, userId, deviceId), lastAccess };
}

/** Gives the id that was asked about, if it is of a retired device of the caller; of any other nothing is said. */
async function findRetired(
  { tables }: Uses<'tables'>,
  userId: string,
  deviceId: string | undefined,
): Promise<string | null> {
  if (deviceId === undefined) return null;
  const { device } = await tables.read({ device: devices.at(userId, deviceId) });
  return device?.retiredAt ? deviceId : null;
}
