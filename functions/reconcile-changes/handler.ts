import type { Context } from 'aws-lambda';
import { measureHolds } from '../../shared/lifecycle/measure-holds.ts';
import { reconcileChanges } from '../../shared/lifecycle/reconcile-changes.ts';
import { inStory, log } from '../../shared/logger.ts';

/** Left for what is under way when the run ends, in milliseconds. */
const MARGIN_MS = 10_000;

/** Every minute, whatever the workflow does. */
export const handler = async (_event: unknown, context: Pick<Context, 'awsRequestId' | 'getRemainingTimeInMillis'>) =>
  inStory(context.awsRequestId, () => run(Date.now() + context.getRemainingTimeInMillis() - MARGIN_MS));

async function run(deadline: number) {
  const result = await reconcileChanges(deadline);
  await measureHolds(new Date());
  log.info('reconciled', { count: result.seen, status: result.failed });
  return result;
}
