import { inRun, type RunContext } from '../../shared/in-run.ts';
import { measureHolds } from '../../shared/lifecycle/measure-holds.ts';
import { reconcileChanges } from '../../shared/lifecycle/reconcile-changes.ts';
import { log } from '../../shared/logger.ts';

/** Left for what is under way when the run ends, in milliseconds. */
const MARGIN_MS = 10_000;

/** Every minute, whatever the workflow does. */
export const handler = (_event: unknown, context: RunContext) =>
  inRun(context, () => run(Date.now() + context.getRemainingTimeInMillis() - MARGIN_MS));

async function run(deadline: number) {
  const result = await reconcileChanges(deadline);
  await measureHolds(new Date());
  log.info('reconciled', { count: result.seen, status: result.failed });
  return result;
}
