import * as z from 'zod/mini';
import { openPush } from '../../shared/aws/push.ts';
import { openTables } from '../../shared/aws/tables.ts';
import { openWorkflow } from '../../shared/aws/workflow.ts';
import { systemClock } from '../../shared/clock.ts';
import { holdInputSchema } from '../../shared/domain/change.ts';
import { workflowTask } from '../../shared/http/in-run.ts';
import { readSettings } from '../../shared/settings.ts';
import { holdChange } from '../../shared/use-cases/hold-change.ts';

const world = {
  tables: openTables(process.env),
  workflow: openWorkflow(process.env),
  push: openPush(process.env),
  clock: systemClock,
  settings: readSettings(process.env, 'pushesPerDevice'),
};

const inputSchema = z.object({ ...holdInputSchema.shape, taskToken: z.string() });

/** AwaitAuthorization of the workflow: the task ends when the change is decided, not when this function does. */
export const handler = workflowTask(inputSchema, (input) => holdChange(world, input));
