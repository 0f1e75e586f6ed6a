import type { Context } from 'aws-lambda';
import { inRun } from '../../shared/in-run.ts';
import { expireChange } from '../../shared/lifecycle/expire-change.ts';
import { correlate } from '../../shared/logger.ts';
import { changeReferenceSchema } from '../../shared/workflow.ts';

/** ExpireChange of the workflow. */
export const handler = (input: unknown, context: Pick<Context, 'awsRequestId'>) =>
  inRun(context, async () => {
    const reference = changeReferenceSchema.parse(input);
    correlate(reference);
    return { outcome: await expireChange(reference) };
  });
