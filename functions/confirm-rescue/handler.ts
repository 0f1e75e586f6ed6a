import { openTables } from '../../shared/aws/tables.ts';
import { openWorkflow } from '../../shared/aws/workflow.ts';
import { systemClock } from '../../shared/clock.ts';
import { rescueConfirmationSchema } from '../../shared/domain/rescue.ts';
import { rescueView } from '../../shared/http/rescue-view.ts';
import { staffHandler } from '../../shared/http/staff-handler.ts';
import { readSettings } from '../../shared/settings.ts';
import { confirmRescue } from '../../shared/use-cases/confirm-rescue.ts';

const world = {
  tables: openTables(process.env),
  workflow: openWorkflow(process.env),
  clock: systemClock,
  settings: readSettings(process.env, 'awsEndpoint', 'rescueRoleArn'),
};

/** Another person of the bank confirms what the first proposed. */
export const handler = staffHandler(world, rescueConfirmationSchema, async (confirmed) =>
  rescueView(await confirmRescue(world, confirmed), world.clock.now()),
);
