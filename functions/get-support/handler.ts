import { openTables } from '../../shared/aws/tables.ts';
import { systemClock } from '../../shared/clock.ts';
import { supportAt } from '../../shared/domain/support.ts';
import { apiHandler } from '../../shared/http/api-handler.ts';
import { readSettings } from '../../shared/settings.ts';

const world = { tables: openTables(process.env), clock: systemClock, settings: readSettings(process.env, 'origins') };

/** GET /support */
export const handler = apiHandler(world, { caller: 'ANYONE' }, async () => ({
  status: 200,
  body: supportAt(world.clock.now()),
}));
