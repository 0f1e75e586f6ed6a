import { taskOf } from '../../shared/in-run.ts';
import { applyChange } from '../../shared/lifecycle/apply-change.ts';
import { changeReferenceSchema } from '../../shared/workflow.ts';

/** ApplyChange of the workflow: a permanent outcome is a value, an error is worth another try. */
export const handler = taskOf(changeReferenceSchema, async (reference) => ({ outcome: await applyChange(reference) }));
