import { openPush } from '../../shared/aws/push.ts';
import { openTables } from '../../shared/aws/tables.ts';
import { openWorkflow } from '../../shared/aws/workflow.ts';
import { systemClock } from '../../shared/clock.ts';
import { inRun, type RunContext } from '../../shared/http/in-run.ts';
import { readSettings } from '../../shared/settings.ts';
import { log } from '../../shared/telemetry/log.ts';
import { measureHolds } from '../../shared/use-cases/measure-holds.ts';
import { reconcileChanges } from '../../shared/use-cases/reconcile-changes.ts';

const world = {
  tables: openTables(process.env),
  workflow: openWorkflow(process.env),
  push: openPush(process.env),
  clock: systemClock,
  settings: readSettings(process.env, 'pushesPerDevice'),
};

/** Left for what is under way when the run ends, in milliseconds. */
const MARGIN_MS = 10_000;

/** Every minute, whatever the workflow does. */
export const handler = (_event: unknown, context: RunContext) =>
  inRun(context, () => run(world.clock.now().getTime() + context.getRemainingTimeInMillis() - MARGIN_MS));

async function run(deadline: number) {
  const result = await reconcileChanges(world, deadline);
  await measureHolds(world);
  log.info('reconciled', { count: result.seen, status: result.failed });
  return result;
}
