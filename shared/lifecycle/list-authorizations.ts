import { isApprover, isOlderPhone } from '../domain/approvers.ts';
import { type Challenge, challengeOf, changeStatusAt, isHeld, MAXIMUM_WRONG_CODES } from '../domain/change.ts';
import type { Device } from '../domain/device.ts';
import { suspensionInForce } from '../domain/suspension.ts';
import { isAdministrator, type User } from '../domain/user.ts';
import { readChange, readDevice, readSuspension, readToken } from '../repositories/items.ts';
import {
  administratorsWaiting,
  changeKey,
  deviceKey,
  suspensionKey,
  tokenKey,
  userWaiting,
} from '../repositories/keys.ts';
import { getAll, type Item, queryPages } from '../repositories/table.ts';

/** As many as a phone is shown at once. */
const MAXIMUM = 100;

export interface PendingAuthorization {
  readonly changeId: string;
  readonly challenge: Challenge;
  readonly attemptsLeft: number;
}

/** The held changes that the caller may decide now with the phone of their active token, the oldest first. */
export async function listAuthorizations(caller: User): Promise<PendingAuthorization[]> {
  const now = new Date();
  const [device, ...waiting] = await Promise.all([
    activePhone(caller),
    waitingIn(userWaiting(caller.userId), caller, now),
    ...(isAdministrator(caller) ? [waitingIn(administratorsWaiting(caller.companyId), caller, now)] : []),
  ]);
  if (!device) return [];
  const oldest = waiting
    .flat()
    .sort((a, b) => (String(a.sk) < String(b.sk) ? -1 : 1))
    .slice(0, MAXIMUM);
  const { companyId } = caller;
  const items = await getAll(
    oldest.flatMap(({ changeId, requestedBy, tokenId }) => [
      changeKey(companyId, String(changeId)),
      suspensionKey(companyId, String(requestedBy), null),
      suspensionKey(companyId, String(requestedBy), String(tokenId)),
    ]),
  );
  return oldest.flatMap((_, index) => {
    const [item, ...suspensions] = items.slice(3 * index, 3 * index + 3);
    const change = readChange(item);
    if (suspensionInForce(suspensions.map(readSuspension), now)) return [];
    if (!change || !isHeld(change) || !isApprover(change, caller)) return [];
    if (changeStatusAt(change, now) !== 'PENDING_AUTHORIZATION' || !isOlderPhone(device, change)) return [];
    const attemptsLeft = MAXIMUM_WRONG_CODES - change.authorization.wrongCodes.length;
    return [{ changeId: change.changeId, challenge: challengeOf(change), attemptsLeft }];
  });
}

async function activePhone({ companyId, userId, tokenId }: User): Promise<Device | undefined> {
  const [tokenItem] = await getAll([tokenKey(companyId, tokenId)]);
  const token = readToken(tokenItem);
  if (token?.status !== 'ACTIVE' || !token.device) return undefined;
  const [deviceItem] = await getAll([deviceKey(userId, token.device.deviceId)]);
  const device = readDevice(deviceItem);
  return device?.retiredAt === undefined ? device : undefined;
}

/** What waits in a partition and is not past its time; in the administrators' one, not what the caller asked for. */
async function waitingIn(partition: string, caller: User, now: Date): Promise<Item[]> {
  const found: Item[] = [];
  const pages = queryPages({
    KeyConditionExpression: 'pk = :partition AND begins_with(sk, :waiting)',
    FilterExpression:
      partition === userWaiting(caller.userId) ? 'expiresAt > :now' : 'expiresAt > :now AND requestedBy <> :caller',
    ExpressionAttributeValues: {
      ':partition': partition,
      ':waiting': 'WAITING#',
      ':now': now.toISOString(),
      ...(partition === userWaiting(caller.userId) ? {} : { ':caller': caller.userId }),
    },
    ConsistentRead: true,
  });
  for await (const items of pages) {
    found.push(...items);
    if (found.length >= MAXIMUM) break;
  }
  return found;
}
