import type { Context } from 'aws-lambda';
import * as z from 'zod/mini';
import { inRun } from '../../shared/in-run.ts';
import { holdChange } from '../../shared/lifecycle/hold-change.ts';
import { correlate } from '../../shared/logger.ts';
import { changeReferenceSchema } from '../../shared/workflow.ts';

const inputSchema = z.object({ ...changeReferenceSchema.shape, taskToken: z.string() });

/** AwaitAuthorization of the workflow: the task ends when the change is decided, not when this function does. */
export const handler = (input: unknown, context: Pick<Context, 'awsRequestId'>): Promise<void> =>
  inRun(context, async () => {
    const reference = inputSchema.parse(input);
    correlate(reference);
    await holdChange(reference);
  });
