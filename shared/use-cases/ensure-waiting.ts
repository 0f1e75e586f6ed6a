import type { HeldChange } from '../domain/change.ts';
import { storeAttempt } from '../repositories/holds.ts';
import type { Hold } from '../repositories/items.ts';
import type { MetricValues } from '../telemetry/metric-names.ts';
import { judgeObjective } from '../telemetry/metrics.ts';
import type { Uses } from '../world.ts';
import { promptApprovers } from './prompt-approvers.ts';

/** Executions of one change: what fails more often is left to the reconciler alone. */
const MAXIMUM_ATTEMPTS = 3;

/** Prompts of one change, where they fail for a reason that may pass. */
const MAXIMUM_PROMPTS = 3;

type Repaired = (kind: MetricValues<'ReconcilerRepairs'>) => void;

/**
 * Sees to it that an execution waits for an open change: starts it where none was, and another where it has ended.
 *
 * @returns true where it needs no more looking after: it runs, or has failed too often.
 */
export async function ensureExecution(
  { tables, workflow }: Uses<'tables' | 'workflow'>,
  change: HeldChange,
  hold: Hold | undefined,
  repaired: Repaired,
): Promise<boolean> {
  const current = hold?.attempt ?? 1;
  const state = await workflow.executionState(change.changeId, current);
  if (state === 'RUNNING') return true;
  if (state === 'ENDED' && current >= MAXIMUM_ATTEMPTS) return true;
  const next = state === 'ENDED' ? current + 1 : current;
  if (next !== current && !(await storeAttempt(tables, change.changeId, next))) return false;
  if (await workflow.start(change, { attempt: next, prompted: !isUnprompted(hold) })) repaired('STARTED');
  return false;
}

/**
 * Prompts the approvers of an open change itself, once the workflow had its time, where they were not reached.
 *
 * @returns true where it needs no more looking after: they were reached, or cannot be.
 */
export async function ensurePrompted(
  world: Uses<'tables' | 'push' | 'clock', 'pushesPerDevice'>,
  change: HeldChange,
  hold: Hold | undefined,
  late: boolean,
  repaired: Repaired,
): Promise<boolean> {
  if (!isUnprompted(hold)) return true;
  if (!late) return false;
  try {
    if (await promptApprovers(world, change)) repaired('PROMPTED');
  } catch (error) {
    if (change.authorization.policy !== 'BANK') judgeObjective('PushObjective', undefined);
    throw error;
  }
  return false;
}

/** Tells whether the approvers were not reached, and another prompt may reach them. */
export function isUnprompted(hold: Hold | undefined): boolean {
  if (!hold || hold.notification === 'PENDING') return true;
  return hold.notification === 'FAILED' && hold.passing === true && (hold.prompts ?? 0) < MAXIMUM_PROMPTS;
}
