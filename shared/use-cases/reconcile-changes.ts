import { type Change, changeStatusAt, type HeldChange, isHeld, isOpen } from '../domain/change.ts';
import { suspensionBy } from '../domain/suspension.ts';
import { StaleDecisionError } from '../errors.ts';
import { type Hold, OPEN_SHARDS } from '../repositories/items.ts';
import { duePages, type OpenEntry, setDue } from '../repositories/open-changes.ts';
import { aboutChange, inStoryApart, log } from '../telemetry/log.ts';
import type { ValuesOf } from '../telemetry/metric-names.ts';
import { count, judgeObjective, OBJECTIVE_MS } from '../telemetry/metrics.ts';
import type { Uses } from '../world.ts';
import { applyChange } from './apply-change.ts';
import { disownOthers } from './disown-others.ts';
import { expireChange } from './expire-change.ts';
import { keepExecution, keepPrompted } from './keep-waiting.ts';
import { findChange } from './read-change.ts';
import { tellHold } from './tell-hold.ts';

/** Changes seen to at the same time. */
const CONCURRENCY = 8;

type ReconcilerWorld = Uses<'tables' | 'workflow' | 'push' | 'clock', 'pushesPerDevice'>;

/**
 * Makes every change right without the workflow: authorized but not applied → apply; past its time → expire; not
 * prompted → prompt; without an execution → start one; closed with its execution still open → end it. A change leaves
 * the index of open changes only when its execution is known to have ended. One change's fault never keeps another from
 * being seen to.
 *
 * @param deadline epoch milliseconds at which to stop; the rest is the next run's.
 */
export async function reconcileChanges(
  world: ReconcilerWorld,
  deadline: number,
): Promise<{ seen: number; failed: number }> {
  const shards = await Promise.all(Array.from({ length: OPEN_SHARDS }, (_, shard) => readDue(world, shard, deadline)));
  const queue = shards.flat().values();
  let failed = 0;
  let seen = 0;
  const work = async () => {
    for (const entry of queue) {
      if (world.clock.now().getTime() > deadline) return;
      seen += 1;
      if (!(await inStoryApart(() => seeTo(world, entry)))) failed += 1;
    }
  };
  await Promise.all(Array.from({ length: CONCURRENCY }, work));
  return { seen, failed };
}

/** Reads the changes of a shard that are due, the longest due first. */
async function readDue(
  { tables, clock }: Uses<'tables' | 'clock'>,
  shard: number,
  deadline: number,
): Promise<OpenEntry[]> {
  const due: OpenEntry[] = [];
  for await (const page of duePages(tables, shard, clock.now())) {
    due.push(...page);
    if (clock.now().getTime() >= deadline) break;
  }
  return due;
}

/** Sees to one change; false where something refused, so that the next run tries again. */
async function seeTo(world: ReconcilerWorld, { companyId, changeId }: OpenEntry): Promise<boolean> {
  try {
    const found = await findChange(world, companyId, changeId);
    if (found && isHeld(found.change)) await mend(world, found.change, found.hold);
    return true;
  } catch (error) {
    count('ReconcilerFailures');
    log.warn('change not reconciled; the next run will', { companyId, changeId }, error);
    return false;
  }
}

async function mend(world: ReconcilerWorld, change: HeldChange, hold: Hold | undefined): Promise<void> {
  const now = world.clock.now();
  const status = changeStatusAt(change, now);
  const { decidedAt = change.updatedAt, expiresAt } = change.authorization;
  if (change.status === 'AUTHORIZED') {
    const late = isLate(decidedAt, now);
    await applyAgain(world, change, late);
    repaired(change, 'APPLIED', late);
  } else if (change.status === 'PENDING_AUTHORIZATION' && status === 'EXPIRED') {
    const { changeId } = change;
    // An execution that was started late, or again, waits longer than its change.
    await tellHold(world, hold, { changeId, status: await expireChange(world, change) });
    repaired(change, 'EXPIRED', isLate(expiresAt, now));
  } else if (isOpen(status)) {
    const late = isLate(change.createdAt, now);
    const settled = await keepWaiting(world, change, hold, late);
    // One that the workflow still has time for is looked at as soon as it has not.
    const soon = late ? now.getTime() + 30_000 : Date.parse(change.createdAt) + OBJECTIVE_MS;
    await setDue(world.tables, change, settled ? expiresAt : new Date(soon).toISOString());
  } else {
    await endExecution(world, change, hold?.attempt ?? 1, now);
  }
}

/** Sees to the execution and the prompt of an open change, each whatever becomes of the other; true where both are well. */
async function keepWaiting(
  world: ReconcilerWorld,
  change: HeldChange,
  hold: Hold | undefined,
  late: boolean,
): Promise<boolean> {
  const done = await Promise.allSettled([
    keepExecution(world, change, hold, (kind) => repaired(change, kind, late)),
    keepPrompted(world, change, hold, late, (kind) => repaired(change, kind, late)),
  ]);
  const failed = done.find((result) => result.status === 'rejected');
  if (failed) throw failed.reason;
  return done.every((result) => result.status === 'fulfilled' && result.value);
}

/** True where the workflow had as long as an objective allows. */
const isLate = (since: string, now: Date): boolean => now.getTime() - Date.parse(since) > OBJECTIVE_MS;

/** Applies an authorized change; one that still cannot be applied when it is late misses the objective in each run. */
async function applyAgain(world: ReconcilerWorld, change: HeldChange, late: boolean): Promise<void> {
  try {
    await applyChange(world, change);
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
async function endExecution(world: ReconcilerWorld, change: HeldChange, attempt: number, now: Date): Promise<void> {
  if (change.status === 'APPLIED') await applyChange(world, change);
  const disowned = suspensionBy(change);
  if (disowned) await disownOthers(world, disowned);
  if ((await world.workflow.executionState(change.changeId, attempt)) === 'RUNNING') {
    await world.workflow.stop(change.changeId, attempt);
    repaired(change, 'ENDED', isLate(change.updatedAt, now));
  }
  await setDue(world.tables, change, undefined);
}
