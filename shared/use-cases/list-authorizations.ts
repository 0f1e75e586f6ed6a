import { isApprover, isOlderPhone } from '../domain/approvers.ts';
import { buildChallenge, type Challenge, changeStatusAt, isHeld, MAXIMUM_WRONG_CODES } from '../domain/change.ts';
import type { Device } from '../domain/device.ts';
import { suspensionInForce } from '../domain/suspension.ts';
import { isAdministrator, type User } from '../domain/user.ts';
import { changes, devices, suspensions, tokens } from '../repositories/items.ts';
import { type WaitingChange, waitingForAdministrator, waitingForUser } from '../repositories/waiting-changes.ts';
import type { Uses } from '../world.ts';

/** As many as a phone is shown at once. */
const MAXIMUM = 100;

export interface PendingAuthorization {
  readonly changeId: string;
  readonly challenge: Challenge;
  readonly attemptsLeft: number;
}

/** Lists the held changes that the caller may decide now with the phone of their active token, the oldest first. */
export async function listAuthorizations(
  world: Uses<'tables' | 'clock'>,
  caller: User,
): Promise<PendingAuthorization[]> {
  const { tables, clock } = world;
  const now = clock.now();
  const [device, ...waiting] = await Promise.all([
    activePhone(world, caller),
    readEnough(waitingForUser(tables, caller.userId, now)),
    ...(isAdministrator(caller) ? [readEnough(waitingForAdministrator(tables, caller, now))] : []),
  ]);
  if (!device) return [];
  const oldest = waiting
    .flat()
    .sort((a, b) => (a.order < b.order ? -1 : 1))
    .slice(0, MAXIMUM);
  const { companyId } = caller;
  const read = await tables.read({
    found: oldest.map(({ changeId }) => changes.at(companyId, changeId)),
    ofCompany: oldest.map(({ requestedBy }) => suspensions.at(companyId, requestedBy, null)),
    ofToken: oldest.map(({ requestedBy, tokenId }) => suspensions.at(companyId, requestedBy, tokenId)),
  });
  return read.found.flatMap((change, index) => {
    if (suspensionInForce([read.ofCompany[index], read.ofToken[index]], now)) return [];
    if (!change || !isHeld(change) || !isApprover(change, caller)) return [];
    if (changeStatusAt(change, now) !== 'PENDING_AUTHORIZATION' || !isOlderPhone(device, change)) return [];
    const attemptsLeft = MAXIMUM_WRONG_CODES - change.authorization.wrongCodes.length;
    return [{ changeId: change.changeId, challenge: buildChallenge(change), attemptsLeft }];
  });
}

async function activePhone(
  { tables }: Uses<'tables'>,
  { companyId, userId, tokenId }: User,
): Promise<Device | undefined> {
  const { token } = await tables.read({ token: tokens.at(companyId, tokenId) });
  if (token?.status !== 'ACTIVE' || !token.device) return undefined;
  const { device } = await tables.read({ device: devices.at(userId, token.device.deviceId) });
  return device?.retiredAt === undefined ? device : undefined;
}

/** Reads pages until there are as many as are shown. */
async function readEnough(pages: AsyncIterable<WaitingChange[]>): Promise<WaitingChange[]> {
  const found: WaitingChange[] = [];
  for await (const page of pages) {
    found.push(...page);
    if (found.length >= MAXIMUM) break;
  }
  return found;
}
