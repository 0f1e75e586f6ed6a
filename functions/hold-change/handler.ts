import type { Context } from 'aws-lambda';
import * as z from 'zod/mini';
import { holdChange } from '../../shared/lifecycle/hold-change.ts';
import { inStory } from '../../shared/logger.ts';
import { changeReferenceSchema } from '../../shared/workflow.ts';

const inputSchema = z.object({ ...changeReferenceSchema.shape, taskToken: z.string() });

/** AwaitAuthorization of the workflow: the task ends when the change is decided, not when this function does. */
export const handler = async (input: unknown, { awsRequestId }: Pick<Context, 'awsRequestId'>): Promise<void> => {
  const reference = inputSchema.parse(input);
  await inStory(awsRequestId, () => holdChange(reference), reference.requestId);
};
