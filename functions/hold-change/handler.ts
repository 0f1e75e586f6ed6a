import * as z from 'zod/mini';
import { taskOf } from '../../shared/in-run.ts';
import { holdChange } from '../../shared/lifecycle/hold-change.ts';
import { changeReferenceSchema } from '../../shared/workflow.ts';

const inputSchema = z.object({ ...changeReferenceSchema.shape, taskToken: z.string() });

/** AwaitAuthorization of the workflow: the task ends when the change is decided, not when this function does. */
export const handler = taskOf(inputSchema, holdChange);
