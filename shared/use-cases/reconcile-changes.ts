import { type Change, changeStatusAt, type HeldChange, isHeld, isOpen } from '../domain/change.ts';
import { suspensionBy } from '../domain/suspension.ts';
import { RECONCILE_AFTER_MS } from '../domain/transitions.ts';
import { StaleDecisionError } from '../errors.ts';
import { type Hold, OPEN_SHARDS } from '../repositories/items.ts';
import { duePages, type OpenEntry, setDue } from '../repositories/open-changes.ts';
import { aboutChange, inStoryApart, log } from '../telemetry/log.ts';
import type { MetricValues } from '../telemetry/metric-names.ts';
import { count, judgeObjective, OBJECTIVE_MS } from '../telemetry/metrics.ts';
import type { Uses } from '../world.ts';
import { answerTask } from './answer-task.ts';
import { applyChange } from './apply-change.ts';
import { disownOthers } from './disown-others.ts';
import { ensureExecution, ensurePrompted, isUnprompted } from './ensure-waiting.ts';
import { type Ended, expireChange } from './expire-change.ts';
import { findChange } from './read-change.ts';

/** Changes seen to at the same time. */
const CONCURRENCY = 8;

type ReconcilerWorld = Uses<'tables' | 'workflow' | 'push' | 'clock', 'pushesPerDevice'>;

/**
 * Makes every change right without the workflow. It applies what is authorized, expires what is past its time, prompts
 * whoever was not prompted, starts a missing execution, and ends one whose change is closed. A change leaves the index
 * of open changes only when its execution is known to have ended. One change's fault never stops the others. A hold
 * that the workflow still has time to prompt is read again before the run ends, because the next run is a minute away.
 *
 * @param deadline epoch milliseconds at which to stop; the rest is the next run's.
 */
export async function reconcileChanges(
  world: ReconcilerWorld,
  deadline: number,
): Promise<{ seen: number; failed: number }> {
  const shards = await Promise.all(Array.from({ length: OPEN_SHARDS }, (_, shard) => readDue(world, shard, deadline)));
  const { seen, failed, early } = await lookAt(world, shards.flat(), deadline);
  const allLate = Math.max(...early.map(({ createdAt }) => Date.parse(createdAt))) + OBJECTIVE_MS + 1;
  if (early.length === 0 || allLate > deadline) return { seen, failed };
  await world.clock.sleep(Math.max(0, allLate - world.clock.now().getTime()));
  const again = await lookAt(world, early, deadline);
  return { seen, failed: failed + again.failed };
}

type Entry = Pick<OpenEntry, 'companyId' | 'changeId'>;

interface Looked {
  seen: number;
  failed: number;
  /** Not prompted yet, and not late: to be looked at again. */
  readonly early: HeldChange[];
}

async function lookAt(world: ReconcilerWorld, entries: readonly Entry[], deadline: number): Promise<Looked> {
  const queue = entries.values();
  const looked: Looked = { seen: 0, failed: 0, early: [] };
  const work = async () => {
    for (const entry of queue) {
      if (world.clock.now().getTime() > deadline) return;
      looked.seen += 1;
      await inStoryApart(() => seeTo(world, entry, looked));
    }
  };
  await Promise.all(Array.from({ length: CONCURRENCY }, work));
  return looked;
}

/** Reads the changes of a shard that are due, and those requested so lately that they are not yet. */
async function readDue(
  { tables, clock }: Uses<'tables' | 'clock'>,
  shard: number,
  deadline: number,
): Promise<OpenEntry[]> {
  const due: OpenEntry[] = [];
  const soon = new Date(clock.now().getTime() + RECONCILE_AFTER_MS);
  for await (const page of duePages(tables, shard, soon)) {
    due.push(...page);
    if (clock.now().getTime() >= deadline) break;
  }
  return due;
}

/** Sees to one change; where something refuses, the next look tries again. */
async function seeTo(world: ReconcilerWorld, { companyId, changeId }: Entry, looked: Looked): Promise<void> {
  let isEarly = false;
  try {
    const found = await findChange(world, companyId, changeId);
    if (!found || !isHeld(found.change)) return;
    const { change, hold } = found;
    const now = world.clock.now();
    isEarly = change.status === 'PENDING_AUTHORIZATION' && isUnprompted(hold) && !isLate(change.createdAt, now);
    if (isEarly) looked.early.push(change);
    if (isDue(change, now)) await mend(world, change, hold, now);
  } catch (error) {
    count('ReconcilerFailures');
    log.warn('change not reconciled; the next run will', { companyId, changeId }, error);
    if (!isEarly) looked.failed += 1;
  }
}

const isDue = ({ dueAt, createdAt }: Change, now: Date): boolean => (dueAt ?? createdAt) <= now.toISOString();

async function mend(world: ReconcilerWorld, change: HeldChange, hold: Hold | undefined, now: Date): Promise<void> {
  const status = changeStatusAt(change, now);
  const { decidedAt = change.updatedAt, expiresAt } = change.authorization;
  if (change.status === 'AUTHORIZED') {
    const late = isLate(decidedAt, now);
    const { written } = await applyAgain(world, change, late);
    repaired(change, 'APPLIED', late && written);
  } else if (change.status === 'PENDING_AUTHORIZATION' && status === 'EXPIRED') {
    const { changeId } = change;
    const ended = await expireChange(world, change);
    // An execution that was started late, or again, waits longer than its change.
    await answerTask(world, hold, { changeId, status: ended.status });
    repaired(change, 'EXPIRED', isLate(expiresAt, now) && ended.written);
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
    ensureExecution(world, change, hold, (kind) => repaired(change, kind, late)),
    ensurePrompted(world, change, hold, late, (kind) => repaired(change, kind, late)),
  ]);
  const failed = done.find((result) => result.status === 'rejected');
  if (failed) throw failed.reason;
  return done.every((result) => result.status === 'fulfilled' && result.value);
}

/** True where the workflow had as long as an objective allows. */
const isLate = (since: string, now: Date): boolean => now.getTime() - Date.parse(since) > OBJECTIVE_MS;

/** Applies an authorized change; one that still cannot be applied when it is late misses the objective in each run. */
async function applyAgain(world: ReconcilerWorld, change: HeldChange, late: boolean): Promise<Ended> {
  try {
    return await applyChange(world, change, { runs: true });
  } catch (error) {
    if (late && !(error instanceof StaleDecisionError)) judgeObjective('ApplyObjective', undefined);
    throw error;
  }
}

/** A repair is what the reconciler did and the workflow had time for: the two may meet at any change, without harm. */
function repaired(change: Change, kind: MetricValues<'ReconcilerRepairs'>, isRepair: boolean): void {
  if (!isRepair) return;
  count('ReconcilerRepairs', kind);
  log.warn('change repaired', { ...aboutChange(change), operation: kind });
}

/** A closed change leaves the index once nothing of it runs; what followed from it is done again first. */
async function endExecution(world: ReconcilerWorld, change: HeldChange, attempt: number, now: Date): Promise<void> {
  const disowned = suspensionBy(change);
  if (disowned) await disownOthers(world, disowned);
  if ((await world.workflow.executionState(change.changeId, attempt)) === 'RUNNING') {
    await world.workflow.stop(change.changeId, attempt);
    repaired(change, 'ENDED', isLate(change.updatedAt, now));
  }
  await setDue(world.tables, change, undefined);
}
