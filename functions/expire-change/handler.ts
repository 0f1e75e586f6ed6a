import { expireChange } from '../../shared/lifecycle/expire-change.ts';
import { changeReferenceSchema } from '../../shared/workflow.ts';

/** ExpireChange of the workflow. */
export const handler = async (input: unknown) => ({ outcome: await expireChange(changeReferenceSchema.parse(input)) });
