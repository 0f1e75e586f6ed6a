import { GetCallerIdentityCommand, STSClient } from '@aws-sdk/client-sts';
import type { Suspension } from '../../shared/domain/suspension.ts';
import { nextToken } from '../../shared/domain/transitions.ts';
import { readUsernameOwner, usernameOwnerKey } from '../../shared/repositories/company-writes.ts';
import { readSuspension, readToken, readUser } from '../../shared/repositories/items.ts';
import { suspensionKey, tokenKey, userKey } from '../../shared/repositories/keys.ts';
import { deleteSuspension } from '../../shared/repositories/suspensions.ts';
import { decideAgain, getAll, transact } from '../../shared/repositories/table.ts';
import { putEvents, putToken } from '../../shared/repositories/writes.ts';

/** Ends a requester's suspension and says so in the record of the token whose change was disowned, in one transaction. */
export async function clearSuspension(username: string, onlyToken: string | null): Promise<Suspension> {
  const { Arn: arn, UserId: staffId } = await new STSClient({}).send(new GetCallerIdentityCommand({}));
  const [ownerItem] = await getAll([usernameOwnerKey(username)]);
  const owner = readUsernameOwner(ownerItem);
  const [userItem] = owner ? await getAll([userKey(owner.userId)]) : [];
  const user = readUser(userItem);
  if (!user || !arn || !staffId) throw new Error(`There is no user ${username}`);

  return decideAgain(async () => {
    const [item] = await getAll([suspensionKey(user.companyId, user.userId, onlyToken)]);
    const suspension = readSuspension(item);
    if (!suspension) throw new Error(`${username} is not suspended${onlyToken ? ' for that token' : ''}`);
    const [tokenItem] = await getAll([tokenKey(user.companyId, suspension.tokenId)]);
    const token = readToken(tokenItem);
    if (!token) throw new Error('The token of the suspension is missing');
    const now = new Date();
    // By name, or by the session of a role: the company reads the record, and an ARN tells of the bank's account.
    const actor = { type: 'BANK', userId: staffId, fullName: arn.replace(/^.*[:/]/, '') } as const;
    const details = { requesterId: user.userId, changeId: suspension.changeId, until: suspension.until };
    const next = nextToken(token, {}, [{ type: 'SUSPENSION_CLEARED', at: now.toISOString(), actor, details }], now);
    await transact([putToken(next.token), ...putEvents(next.token, next.events), deleteSuspension(suspension)]);
    return suspension;
  });
}
