import { GetCallerIdentityCommand, type STSClient } from '@aws-sdk/client-sts';
import type { Suspension } from '../../shared/domain/suspension.ts';
import { nextToken } from '../../shared/domain/transitions.ts';
import { suspensions, tokens, usernameOwners, users } from '../../shared/repositories/items.ts';
import { deleteSuspension } from '../../shared/repositories/suspensions.ts';
import { putEvents, putToken } from '../../shared/repositories/writes.ts';
import type { Uses } from '../../shared/world.ts';

/** Ends a requester's suspension and says so in the record of the token whose change was disowned, in one transaction. */
export async function clearSuspension(
  { tables, clock, sts }: Uses<'tables' | 'clock'> & { readonly sts: Pick<STSClient, 'send'> },
  username: string,
  onlyToken: string | null,
): Promise<Suspension> {
  const { Arn: arn, UserId: staffId } = await sts.send(new GetCallerIdentityCommand({}));
  const { owner } = await tables.read({ owner: usernameOwners.at(username) });
  const { user } = await tables.read({ user: owner && users.at(owner.userId) });
  if (!user || !arn || !staffId) throw new Error(`There is no user ${username}`);

  return tables.decideAgain(async () => {
    const { suspended } = await tables.read({ suspended: suspensions.at(user.companyId, user.userId) });
    const suspension = suspended?.find((each) => each.onlyToken === onlyToken);
    if (!suspension) throw new Error(`${username} is not suspended${onlyToken ? ' for that token' : ''}`);
    const { token } = await tables.read({ token: tokens.at(user.companyId, suspension.tokenId) });
    if (!token) throw new Error('The token of the suspension is missing');
    const now = clock.now();
    // By name, or by the session of a role: the company reads the record, and an ARN tells of the bank's account.
    const actor = { type: 'BANK', userId: staffId, fullName: arn.replace(/^.*[:/]/, '') } as const;
    const details = { requesterId: user.userId, changeId: suspension.changeId, until: suspension.until };
    const next = nextToken(token, {}, [{ type: 'SUSPENSION_CLEARED', at: now.toISOString(), actor, details }], now);
    await tables.transact([putToken(next.token), ...putEvents(next.token, next.events), deleteSuspension(suspension)]);
    return suspension;
  });
}
