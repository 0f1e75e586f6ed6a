import { openTables } from '../../shared/aws/tables.ts';
import { systemClock } from '../../shared/clock.ts';
import { apiHandler } from '../../shared/http/api-handler.ts';
import { changePathSchema } from '../../shared/http/schemas.ts';
import { changeViewWith } from '../../shared/http/views.ts';
import { readSettings } from '../../shared/settings.ts';
import { getChange } from '../../shared/use-cases/get-change.ts';

const world = {
  tables: openTables(process.env),
  clock: systemClock,
  settings: readSettings(process.env, 'origins'),
};

/** GET /changes/{changeId} */
export const handler = apiHandler(
  world,
  { caller: 'ADMINISTRATOR', path: changePathSchema },
  async ({ caller, path }) => {
    const now = world.clock.now();
    const { found, standing } = await getChange(world, caller.companyId, path.changeId, now);
    return { status: 200, body: changeViewWith(caller, found, standing, now) };
  },
);
