import { type Change, changeStatusAt, type HeldChange, isHeld, isOpen } from '../domain/change.ts';
import { suspensionBy } from '../domain/suspension.ts';
import { StaleDecisionError } from '../errors.ts';
import { aboutChange, inStoryApart, log } from '../logger.ts';
import type { ValuesOf } from '../metric-names.ts';
import { count, judgeObjective, OBJECTIVE_MS } from '../metrics.ts';
import type { Hold } from '../repositories/items.ts';
import { OPEN_SHARDS, openPartition } from '../repositories/keys.ts';
import { setDue } from '../repositories/open-changes.ts';
import { type Item, queryPages } from '../repositories/table.ts';
import { executionState, stopHold } from '../workflow.ts';
import { applyChange } from './apply-change.ts';
import { disownOthers } from './disown-others.ts';
import { expireChange } from './expire-change.ts';
import { keepExecution, keepPrompted } from './keep-waiting.ts';
import { findChange } from './read-change.ts';
import { tellHold } from './tell-hold.ts';

/** Changes seen to at the same time. */
const CONCURRENCY = 8;

/**
 * Makes every change right without the workflow: authorized but not applied → apply; past its time → expire; not
 * prompted → prompt; without an execution → start one; closed with its execution still open → end it. A change leaves
 * the index of open changes only when its execution is known to have ended. One change's fault never keeps another from
 * being seen to.
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
  const pages = queryPages({
    IndexName: 'open',
    KeyConditionExpression: 'openPk = :shard AND openSk <= :now',
    ExpressionAttributeValues: { ':shard': openPartition(shard), ':now': `${new Date().toISOString()}~` },
  });
  for await (const items of pages) {
    keys.push(...items.map(idsOf));
    if (Date.now() >= deadline) break;
  }
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
    count('ReconcilerFailures');
    log.warn('change not reconciled; the next run will', { companyId, changeId }, error);
    return false;
  }
}

async function mend(change: HeldChange, hold: Hold | undefined, now: Date): Promise<void> {
  const status = changeStatusAt(change, now);
  const { decidedAt = change.updatedAt, expiresAt } = change.authorization;
  if (change.status === 'AUTHORIZED') {
    const late = isLate(decidedAt, now);
    await applyAgain(change, late);
    repaired(change, 'APPLIED', late);
  } else if (change.status === 'PENDING_AUTHORIZATION' && status === 'EXPIRED') {
    const { changeId } = change;
    // An execution that was started late, or again, waits longer than its change.
    await tellHold(hold, { changeId, status: await expireChange(change) });
    repaired(change, 'EXPIRED', isLate(expiresAt, now));
  } else if (isOpen(status)) {
    const late = isLate(change.createdAt, now);
    const settled = await keepWaiting(change, hold, late);
    // One that the workflow still has time for is looked at as soon as it has not.
    const soon = late ? now.getTime() + 30_000 : Date.parse(change.createdAt) + OBJECTIVE_MS;
    await setDue(change, settled ? expiresAt : new Date(soon).toISOString());
  } else {
    await endExecution(change, hold?.attempt ?? 1, now);
  }
}

/** Sees to the execution and the prompt of an open change, each whatever becomes of the other; true where both are well. */
async function keepWaiting(change: HeldChange, hold: Hold | undefined, late: boolean): Promise<boolean> {
  const done = await Promise.allSettled([
    keepExecution(change, hold, (kind) => repaired(change, kind, late)),
    keepPrompted(change, hold, late, (kind) => repaired(change, kind, late)),
  ]);
  const failed = done.find((result) => result.status === 'rejected');
  if (failed) throw failed.reason;
  return done.every((result) => result.status === 'fulfilled' && result.value);
}

/** Whether the workflow had as long as an objective allows. */
const isLate = (since: string, now: Date): boolean => now.getTime() - Date.parse(since) > OBJECTIVE_MS;

/** Applies an authorized change; one that still cannot be applied when it is late misses the objective in each run. */
async function applyAgain(change: HeldChange, late: boolean): Promise<void> {
  try {
    await applyChange(change);
  } catch (error) {
    if (late && !(error instanceof StaleDecisionError)) judgeObjective('ApplyObjective', undefined);
    throw error;
  }
}

/** Only what the workflow had time for is a repair: the two may meet at any change, without harm. */
function repaired(change: Change, kind: ValuesOf<'ReconcilerRepairs'>, late: boolean): void {
  if (!late) return;
  count('ReconcilerRepairs', kind);
  log.warn('change repaired', { ...aboutChange(change), operation: kind });
}

/** A closed change leaves the index once nothing of it runs; what followed from it is done again first. */
async function endExecution(change: HeldChange, attempt: number, now: Date): Promise<void> {
  if (change.status === 'APPLIED') await applyChange(change);
  const disowned = suspensionBy(change);
  if (disowned) await disownOthers(disowned);
  if ((await executionState(change.changeId, attempt)) === 'RUNNING') {
    await stopHold(change.changeId, attempt);
    repaired(change, 'ENDED', isLate(change.updatedAt, now));
  }
  await setDue(change, undefined);
}
