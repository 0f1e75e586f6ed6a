import { type Candidate, type HoldStanding, isDecidable, type Phone } from '../domain/approvers.ts';
import { type Change, type HeldChange, isHeld, isRescue } from '../domain/change.ts';
import { suspensionInForce } from '../domain/suspension.ts';
import { approverPages } from '../repositories/approver-phones.ts';
import { approvers, devices, suspensions, tokens, users } from '../repositories/items.ts';
import type { Uses } from '../world.ts';

/** Tells where a change stands while it is held; undefined once it is not. One read, unless none of those asked is left. */
export async function holdStanding(
  world: Uses<'tables'>,
  change: Change,
  now: Date,
): Promise<HoldStanding | undefined> {
  if (change.status !== 'PENDING_AUTHORIZATION' || !isHeld(change)) return undefined;
  if (isRescue(change)) return { decidable: true, suspended: false };
  const { companyId, tokenId, requestedBy, authorization } = change;
  const { asked, policy } = authorization;
  const read = await world.tables.read({
    suspended: [tokenId, null].map((onlyToken) => suspensions.at(companyId, requestedBy.userId, onlyToken)),
    token: tokens.at(companyId, tokenId),
    ...phoneReferences(asked),
    approvers: asked.map(({ userId }) => approvers.at(companyId, userId)),
  });
  if (suspensionInForce(read.suspended, now)) return { decidable: false, suspended: true };
  const holdersPhone = read.token?.status === 'ACTIVE' ? read.token.device?.deviceId : undefined;
  const candidates = asked.map((_, index): Candidate => {
    // A holder who is no administrator is among nobody's approvers: their own token says which phone is active.
    const activeDeviceId = policy === 'HOLDER' ? holdersPhone : read.approvers[index]?.deviceId;
    return { user: read.users[index], device: read.devices[index], activeDeviceId };
  });
  return { decidable: isDecidable(change, candidates) || (await othersCanDecide(world, change)), suspended: false };
}

function phoneReferences(phones: readonly Phone[]) {
  return {
    users: phones.map(({ userId }) => users.at(userId)),
    devices: phones.map(({ userId, deviceId }) => devices.at(userId, deviceId)),
  };
}

/** Under the other policies the one who was asked is the only one; of administrators, some may have come back. */
async function othersCanDecide({ tables }: Uses<'tables'>, change: HeldChange): Promise<boolean> {
  if (change.authorization.policy !== 'OTHER_ADMINISTRATOR') return false;
  for await (const phones of approverPages(tables, change.companyId)) {
    const read = await tables.read(phoneReferences(phones));
    const candidates = phones.map(({ deviceId }, index): Candidate => {
      return { user: read.users[index], device: read.devices[index], activeDeviceId: deviceId };
    });
    if (isDecidable(change, candidates)) return true;
  }
  return false;
}
