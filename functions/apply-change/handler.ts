import type { Context } from 'aws-lambda';
import { inRun } from '../../shared/in-run.ts';
import { applyChange } from '../../shared/lifecycle/apply-change.ts';
import { correlate } from '../../shared/logger.ts';
import { changeReferenceSchema } from '../../shared/workflow.ts';

/** ApplyChange of the workflow: a permanent outcome is a value, an error is worth another try. */
export const handler = (input: unknown, context: Pick<Context, 'awsRequestId'>) =>
  inRun(context, async () => {
    const reference = changeReferenceSchema.parse(input);
    correlate(reference);
    return { outcome: await applyChange(reference) };
  });
