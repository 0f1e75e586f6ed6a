import { mapBounded } from '../bounded.ts';
import { isHeld, isOverdue } from '../domain/change.ts';
import { isInScope, type Suspension } from '../domain/suspension.ts';
import { closeDisowned } from '../domain/transitions.ts';
import { StaleDecisionError } from '../errors.ts';
import { aboutChange, inStoryApart, log } from '../logger.ts';
import { count } from '../metrics.ts';
import { readChange, readToken } from '../repositories/items.ts';
import { changeKey, tokenKey } from '../repositories/keys.ts';
import { decideAgain, getAll, type Key, queryPages, transact } from '../repositories/table.ts';
import { writesOf } from '../repositories/writes.ts';
import { findChange, tokenOf } from './read-change.ts';
import { tellHold } from './tell-hold.ts';

/** Changes closed at a time. */
const AT_A_TIME = 8;

/**
 * Closes every other held change of a suspended requester in the suspension's scope. What it does not find yet, or
 * fails to close, is decided by nobody all the same: every decision checks the suspension. Repeatable.
 */
export async function disownOthers(suspension: Suspension): Promise<void> {
  const { companyId, onlyToken } = suspension;
  const keys = onlyToken === null ? heldIn(companyId) : pendingOn(companyId, onlyToken);
  for await (const some of keys) {
    const changes = (await getAll(some)).flatMap((item) => readChange(item) ?? []);
    const found = changes.filter(isHeld).filter((change) => isInScope(change, suspension));
    await mapBounded(found, AT_A_TIME, ({ changeId }) => inStoryApart(() => disownOne(changeId, suspension)));
  }
}

async function* heldIn(companyId: string): AsyncGenerator<Key[]> {
  const pages = queryPages({
    IndexName: 'status',
    KeyConditionExpression: 'statusPk = :held',
    ExpressionAttributeValues: { ':held': `COMPANY#${companyId}#CHANGES#PENDING_AUTHORIZATION` },
  });
  for await (const items of pages) yield items.map(({ pk, sk }) => ({ pk: String(pk), sk: String(sk) }));
}

async function* pendingOn(companyId: string, tokenId: string): AsyncGenerator<Key[]> {
  const [item] = await getAll([tokenKey(companyId, tokenId)]);
  const pending = readToken(item)?.pendingChange;
  if (pending) yield [changeKey(companyId, pending.changeId)];
}

async function disownOne(changeId: string, suspension: Suspension): Promise<void> {
  await decideAgain(async () => {
    const found = await findChange(suspension.companyId, changeId);
    const now = new Date();
    if (!found || !isHeld(found.change) || !isInScope(found.change, suspension)) return;
    const { change, hold } = found;
    if (isOverdue(change, now)) return;
    const token = await tokenOf(change);
    if (token.pendingChange?.changeId !== changeId) throw new StaleDecisionError('The token names another change');
    const transition = closeDisowned(token, change, suspension, { now, requestId: change.requestId });
    await transact(writesOf(transition, now), { notAfter: change.authorization.expiresAt });
    count('ChangesRejected', change.action);
    log.info('change disowned with another of its requester', aboutChange(change));
    await tellHold(hold, { changeId, status: 'REJECTED' });
  });
}
