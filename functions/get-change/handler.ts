import { openTables } from '../../shared/aws/tables.ts';
import { systemClock } from '../../shared/clock.ts';
import { apiHandler } from '../../shared/http/api-handler.ts';
import { changePathSchema } from '../../shared/http/schemas.ts';
import { changeViewWith } from '../../shared/http/views.ts';
import { ReadAhead } from '../../shared/read-ahead.ts';
import { readSettings } from '../../shared/settings.ts';
import { getChange } from '../../shared/use-cases/get-change.ts';

const world = {
  tables: openTables(process.env),
  ahead: new ReadAhead(),
  clock: systemClock,
  settings: readSettings(process.env, 'origins'),
};

/** GET /changes/{changeId} */
export const handler = apiHandler(
  world,
  { caller: 'SUBJECT', path: changePathSchema },
  async ({ caller: reader, path }) => {
    const now = world.clock.now();
    const { caller, found, standing } = await getChange(world, reader, path.changeId, now);
    return { status: 200, body: changeViewWith(caller, found, standing, now) };
  },
);
