import type { Context } from 'aws-lambda';
import { expireChange } from '../../shared/lifecycle/expire-change.ts';
import { inStory } from '../../shared/logger.ts';
import { changeReferenceSchema } from '../../shared/workflow.ts';

/** ExpireChange of the workflow. */
export const handler = async (input: unknown, { awsRequestId }: Pick<Context, 'awsRequestId'>) => {
  const reference = changeReferenceSchema.parse(input);
  return { outcome: await inStory(awsRequestId, () => expireChange(reference), reference.requestId) };
};
