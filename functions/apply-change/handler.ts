import type { Context } from 'aws-lambda';
import { applyChange } from '../../shared/lifecycle/apply-change.ts';
import { inStory } from '../../shared/logger.ts';
import { changeReferenceSchema } from '../../shared/workflow.ts';

/** ApplyChange of the workflow: a permanent outcome is a value, an error is worth another try. */
export const handler = async (input: unknown, { awsRequestId }: Pick<Context, 'awsRequestId'>) => {
  const reference = changeReferenceSchema.parse(input);
  return { outcome: await inStory(awsRequestId, () => applyChange(reference), reference.requestId) };
};
