import { isApprover, isOlderPhone } from '../domain/approvers.ts';
import {
  buildChallenge,
  type Challenge,
  type ChangeNames,
  changeStatusAt,
  isHeld,
  MAXIMUM_WRONG_CODES,
} from '../domain/change.ts';
import { suspensionInForce } from '../domain/suspension.ts';
import { activeDeviceId } from '../domain/token.ts';
import { assertCaller, isAdministrator, type User } from '../domain/user.ts';
import { changes, suspensions, tokens } from '../repositories/items.ts';
import { readUserPartition, type WaitingChange, waitingForAdministrator } from '../repositories/waiting-changes.ts';
import type { Uses } from '../world.ts';

/** As many as a phone is shown at once. */
const MAXIMUM = 100;

export interface PendingAuthorization {
  readonly changeId: string;
  readonly challenge: Challenge;
  /** Beside what is signed: who is meant, where several have one name. */
  readonly names: ChangeNames;
  readonly attemptsLeft: number;
}

/**
 * Lists the held changes that the caller may decide now with the phone of their active token, the oldest first.
 *
 * @throws ProblemError `USER_DISABLED`.
 */
export async function listAuthorizations(
  { tables, clock }: Uses<'tables' | 'clock'>,
  { userId }: Pick<User, 'userId'>,
): Promise<PendingAuthorization[]> {
  const now = clock.now();
  const { user, phones, waiting } = await readUserPartition(tables, userId, now, MAXIMUM);
  const caller = assertCaller(user, 'ANYONE');
  const forAll = isAdministrator(caller) ? await readEnough(waitingForAdministrator(tables, caller, now)) : [];
  const oldest = [...waiting, ...forAll].sort((a, b) => (a.order < b.order ? -1 : 1)).slice(0, MAXIMUM);
  if (oldest.length === 0) return [];
  const { companyId } = caller;
  const read = await tables.read({
    token: tokens.at(companyId, caller.tokenId),
    found: oldest.map(({ changeId }) => changes.at(companyId, changeId)),
    suspended: oldest.map(({ requestedBy }) => suspensions.at(companyId, requestedBy)),
  });
  const active = activeDeviceId(read.token);
  const device = phones.find(({ deviceId, retiredAt }) => deviceId === active && retiredAt === undefined);
  if (!device) return [];
  return read.found.flatMap((change, index) => {
    if (!change || !isHeld(change) || !isApprover(change, caller)) return [];
    if (suspensionInForce(read.suspended[index], change.tokenId, now)) return [];
    if (changeStatusAt(change, now) !== 'PENDING_AUTHORIZATION' || !isOlderPhone(device, change)) return [];
    const attemptsLeft = MAXIMUM_WRONG_CODES - change.authorization.wrongCodes.length;
    const names = change.names ?? { usernames: {} };
    return [{ changeId: change.changeId, challenge: buildChallenge(change), attemptsLeft, names }];
  });
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
