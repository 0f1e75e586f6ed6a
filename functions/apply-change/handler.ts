import { applyChange } from '../../shared/lifecycle/apply-change.ts';
import { changeReferenceSchema } from '../../shared/workflow.ts';

/** ApplyChange of the workflow: a permanent outcome is a value, an error is worth another try. */
export const handler = async (input: unknown) => ({ outcome: await applyChange(changeReferenceSchema.parse(input)) });
