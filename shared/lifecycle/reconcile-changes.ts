import { UpdateCommand } from '@aws-sdk/lib-dynamodb';
import { type Change, changeStatusAt, type HeldChange, isHeld, isOpen } from '../domain/change.ts';
import { StaleDecisionError } from '../errors.ts';
import { aboutChange, inStoryApart, log } from '../logger.ts';
import type { ValuesOf } from '../metric-names.ts';
import { count } from '../metrics.ts';
import type { Hold } from '../repositories/items.ts';
import { changeKey, OPEN_SHARDS, openPartition } from '../repositories/keys.ts';
import { type Item, queryPage, TABLE, table } from '../repositories/table.ts';
import { hasEnded, startHold, stopHold } from '../workflow.ts';
import { applyChange } from './apply-change.ts';
import { expireChange } from './expire-change.ts';
import { findChange } from './read-change.ts';

/** Changes seen to at the same time. */
const CONCURRENCY = 8;

/**
 * Makes every change right without the workflow: authorized but not applied → apply; past its time → expire; never
 * started → start; closed with its execution still open → end it. A change leaves the index of open changes only when
 * its execution is known to have ended. One change's fault never keeps another from being seen to.
 *
 * @param deadline epoch milliseconds at which to stop; the rest is the next run's.
 */
export async function reconcileChanges(deadline: number): Promise<{ seen: number; failed: number }> {
  const shards = await Promise.all(Array.from({ length: OPEN_SHARDS }, (_, shard) => dueKeys(shard, deadline)));
  const due = shards.flat();
  const queue = due.values();
  let failed = 0;
  let seen = 0;
  const work = async () => {
    for (const key of queue) {
      if (Date.now() > deadline) return;
      seen += 1;
      if (!(await inStoryApart(() => seeTo(key)))) failed += 1;
    }
  };
  await Promise.all(Array.from({ length: CONCURRENCY }, work));
  return { seen, failed };
}

interface ChangeId {
  readonly companyId: string;
  readonly changeId: string;
}

/** The changes of a shard that are due, the longest due first. */
async function dueKeys(shard: number, deadline: number): Promise<ChangeId[]> {
  const keys: ChangeId[] = [];
  let start: Item | undefined;
  do {
    const page = await queryPage({
      IndexName: 'open',
      KeyConditionExpression: 'openPk = :shard AND openSk <= :now',
      ExpressionAttributeValues: { ':shard': openPartition(shard), ':now': `${new Date().toISOString()}~` },
      ...(start ? { ExclusiveStartKey: start } : {}),
    });
    keys.push(...page.items.map(idsOf));
    start = page.lastKey;
  } while (start && Date.now() < deadline);
  return keys;
}

function idsOf({ pk, sk }: Item): ChangeId {
  return { companyId: String(pk).replace(/^COMPANY#/, ''), changeId: String(sk).replace(/^CHANGE#/, '') };
}

/** Sees to one change; false where something refused, so that the next run tries again. */
async function seeTo({ companyId, changeId }: ChangeId): Promise<boolean> {
  try {
    const found = await findChange(companyId, changeId);
    if (found && isHeld(found.change)) await mend(found.change, found.hold, new Date());
    return true;
  } catch (error) {
    log.warn('change not reconciled; the next run will', { companyId, changeId }, error);
    return false;
  }
}

async function mend(change: HeldChange, hold: Hold | undefined, now: Date): Promise<void> {
  const status = changeStatusAt(change, now);
  if (change.status === 'AUTHORIZED') {
    await applyChange(change);
    repaired(change, 'APPLIED');
  } else if (change.status === 'PENDING_AUTHORIZATION' && status === 'EXPIRED') {
    await expireChange(change);
    repaired(change, 'EXPIRED');
  } else if (isOpen(status)) {
    if (!hold) {
      await startHold(change);
      repaired(change, 'STARTED');
    }
    await setDue(change, hold ? change.authorization.expiresAt : new Date(now.getTime() + 30_000).toISOString());
  } else {
    await endExecution(change);
  }
}

/** Each repair is one that the workflow left undone. */
function repaired(change: Change, kind: ValuesOf<'ReconcilerRepairs'>): void {
  count('ReconcilerRepairs', kind);
  log.warn('change repaired', { ...aboutChange(change), operation: kind });
}

/** A closed change leaves the index once nothing of it runs; an applied one's afterwork is done again first. */
async function endExecution(change: HeldChange): Promise<void> {
  if (change.status === 'APPLIED') await applyChange(change);
  if (!(await hasEnded(change.changeId))) {
    await stopHold(change.changeId);
    repaired(change, 'ENDED');
  }
  await setDue(change, undefined);
}

/** Moves when the change is due next, or takes it from the index; whoever writes the change meanwhile wins. */
async function setDue({ companyId, changeId, version }: Change, dueAt: string | undefined): Promise<void> {
  try {
    await table.send(
      new UpdateCommand({
        TableName: TABLE,
        Key: changeKey(companyId, changeId),
        UpdateExpression: dueAt ? 'SET dueAt = :due, openSk = :sort' : 'REMOVE dueAt, openPk, openSk',
        ConditionExpression: '#version = :seen',
        ExpressionAttributeNames: { '#version': 'version' },
        ExpressionAttributeValues: {
          ':seen': version,
          ...(dueAt ? { ':due': dueAt, ':sort': `${dueAt}#${changeId}` } : {}),
        },
      }),
    );
  } catch (error) {
    if (error instanceof Error && error.name === 'ConditionalCheckFailedException') {
      throw new StaleDecisionError('The change moved on', { cause: error });
    }
    throw error;
  }
}
