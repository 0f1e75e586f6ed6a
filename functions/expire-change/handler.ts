import { taskOf } from '../../shared/in-run.ts';
import { expireChange } from '../../shared/lifecycle/expire-change.ts';
import { changeReferenceSchema } from '../../shared/workflow.ts';

/** ExpireChange of the workflow. */
export const handler = taskOf(changeReferenceSchema, async (reference) => ({ outcome: await expireChange(reference) }));
