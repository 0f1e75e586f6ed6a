import { type Candidate, type HoldStanding, isDecidable } from '../domain/approvers.ts';
import { type Change, type HeldChange, isHeld, isRescue } from '../domain/change.ts';
import { suspensionInForce } from '../domain/suspension.ts';
import { readApprover, readDevice, readSuspension, readToken, readUser } from '../repositories/items.ts';
import { approverKey, deviceKey, suspensionKey, tokenKey, userKey } from '../repositories/keys.ts';
import { getAll } from '../repositories/table.ts';
import { approverPages } from './approver-pages.ts';

/** Where a change stands while it is held; undefined once it is not. One read, unless none of those asked is left. */
export async function holdStanding(change: Change, now: Date): Promise<HoldStanding | undefined> {
  if (change.status !== 'PENDING_AUTHORIZATION' || !isHeld(change)) return undefined;
  if (isRescue(change)) return { decidable: true, suspended: false };
  const { companyId, tokenId, requestedBy, authorization } = change;
  const [forToken, forCompany, tokenItem, ...items] = await getAll([
    suspensionKey(companyId, requestedBy.userId, tokenId),
    suspensionKey(companyId, requestedBy.userId, null),
    tokenKey(companyId, tokenId),
    ...authorization.asked.flatMap(({ userId, deviceId }) => [
      userKey(userId),
      deviceKey(userId, deviceId),
      approverKey(companyId, userId),
    ]),
  ]);
  if (suspensionInForce([forToken, forCompany].map(readSuspension), now)) return { decidable: false, suspended: true };
  const token = readToken(tokenItem);
  const holdersPhone = token?.status === 'ACTIVE' ? token.device?.deviceId : undefined;
  const asked = authorization.asked.map((_, index): Candidate => {
    const [user, device, approver] = items.slice(3 * index, 3 * index + 3);
    // A holder who is no administrator is among nobody's approvers: their own token says which phone is active.
    const activeDeviceId = authorization.policy === 'HOLDER' ? holdersPhone : readApprover(approver)?.deviceId;
    return { user: readUser(user), device: readDevice(device), activeDeviceId };
  });
  return { decidable: isDecidable(change, asked) || (await othersCanDecide(change)), suspended: false };
}

/** Under the other policies the one who was asked is the only one; of administrators, some may have come back. */
async function othersCanDecide(change: HeldChange): Promise<boolean> {
  if (change.authorization.policy !== 'OTHER_ADMINISTRATOR') return false;
  for await (const phones of approverPages(change.companyId)) {
    const items = await getAll(
      phones.flatMap(({ userId, deviceId }) => [userKey(userId), deviceKey(userId, deviceId)]),
    );
    const candidates = phones.map(({ deviceId }, index): Candidate => {
      const [user, device] = items.slice(2 * index, 2 * index + 2);
      return { user: readUser(user), device: readDevice(device), activeDeviceId: deviceId };
    });
    if (isDecidable(change, candidates)) return true;
  }
  return false;
}
