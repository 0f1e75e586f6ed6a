import { openTables } from '../../shared/aws/tables.ts';
import { openWorkflow } from '../../shared/aws/workflow.ts';
import { systemClock } from '../../shared/clock.ts';
import { apiHandler } from '../../shared/http/api-handler.ts';
import { changePathSchema } from '../../shared/http/schemas.ts';
import { changeView } from '../../shared/http/views.ts';
import { ReadAhead } from '../../shared/read-ahead.ts';
import { readSettings } from '../../shared/settings.ts';
import { cancelChange } from '../../shared/use-cases/cancel-change.ts';

const world = {
  tables: openTables(process.env),
  ahead: new ReadAhead(),
  workflow: openWorkflow(process.env),
  clock: systemClock,
  settings: readSettings(process.env, 'origins'),
};

/** POST /changes/{changeId}/cancellation */
export const handler = apiHandler(
  world,
  { caller: 'SUBJECT', path: changePathSchema },
  async ({ caller, path, requestId }) => {
    const cancelled = await cancelChange(world, { caller, changeId: path.changeId, requestId });
    return { status: 200, body: changeView(cancelled, world.clock.now()) };
  },
);
