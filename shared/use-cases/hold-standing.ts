import { type Candidate, type HoldStanding, isDecidable, type Phone } from '../domain/approvers.ts';
import { type Change, type HeldChange, isHeld, isRescue } from '../domain/change.ts';
import { suspensionInForce } from '../domain/suspension.ts';
import { activeDeviceId } from '../domain/token.ts';
import type { Concerned } from '../read-ahead.ts';
import { approverPages } from '../repositories/approver-phones.ts';
import { approvers, devices, suspensions, tokens, users } from '../repositories/items.ts';
import type { Read } from '../repositories/tables.ts';
import type { Uses } from '../world.ts';

/** The items by which it is judged where a change stands that concerns these; none where that is not known. */
export function standingReferences(companyId: string, concerned: Concerned | undefined) {
  const { asked = [], tokenId, requesterId } = concerned ?? {};
  return {
    suspended: requesterId ? suspensions.at(companyId, requesterId) : undefined,
    token: tokenId ? tokens.at(companyId, tokenId) : undefined,
    ...phoneReferences(asked),
    approvers: asked.map(({ userId }) => approvers.at(companyId, userId)),
  };
}

type Standing = Read<ReturnType<typeof standingReferences>>;

/**
 * Tells where a change stands while it is held; undefined once it is not. One read, unless it was `read` already or none
 * of those asked is left.
 */
export async function holdStanding(
  world: Uses<'tables'>,
  change: Change,
  now: Date,
  read?: Standing,
): Promise<HoldStanding | undefined> {
  if (change.status !== 'PENDING_AUTHORIZATION' || !isHeld(change)) return undefined;
  if (isRescue(change)) return { decidable: true, suspended: false };
  const {
    suspended,
    token,
    users: people,
    devices: phones,
    approvers: active,
  } = read ?? (await readStanding(world, change));
  if (suspensionInForce(suspended, change.tokenId, now)) return { decidable: false, suspended: true };
  const { asked, policy } = change.authorization;
  const candidates = asked.map((_, index): Candidate => {
    // A holder who is no administrator is among nobody's approvers: their own token says which phone is active.
    const activePhone = policy === 'HOLDER' ? activeDeviceId(token) : active[index]?.deviceId;
    return { user: people[index], device: phones[index], activeDeviceId: activePhone };
  });
  return { decidable: isDecidable(change, candidates) || (await othersCanDecide(world, change)), suspended: false };
}

function readStanding({ tables }: Uses<'tables'>, change: HeldChange): Promise<Standing> {
  const { companyId, tokenId, requestedBy, authorization } = change;
  const concerned = { tokenId, requesterId: requestedBy.userId, asked: authorization.asked };
  return tables.read(standingReferences(companyId, concerned));
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
