import { openTables } from '../../shared/aws/tables.ts';
import { openWorkflow } from '../../shared/aws/workflow.ts';
import { systemClock, systemRandom } from '../../shared/clock.ts';
import { rescueProposalSchema } from '../../shared/domain/rescue.ts';
import { rescueView } from '../../shared/http/rescue-view.ts';
import { staffHandler } from '../../shared/http/staff-handler.ts';
import { readSettings } from '../../shared/settings.ts';
import { proposeRescue } from '../../shared/use-cases/propose-rescue.ts';
import { settleChange } from '../../shared/use-cases/settle-change.ts';

const world = {
  tables: openTables(process.env),
  workflow: openWorkflow(process.env),
  clock: systemClock,
  random: systemRandom,
  settings: readSettings(process.env, 'holdSeconds', 'awsEndpoint', 'rescueRoleArn'),
};

/** The first of two persons of the bank proposes a change of an administrator's token. */
export const handler = staffHandler(world, rescueProposalSchema, async (proposed) => {
  const change = await proposeRescue(world, proposed);
  const now = world.clock.now();
  return rescueView(await settleChange(world, change, now), now);
});
