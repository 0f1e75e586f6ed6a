import { openTables } from '../../shared/aws/tables.ts';
import { systemClock } from '../../shared/clock.ts';
import { apiHandler } from '../../shared/http/api-handler.ts';
import { readSettings } from '../../shared/settings.ts';
import { listAuthorizations } from '../../shared/use-cases/list-authorizations.ts';

const world = {
  tables: openTables(process.env),
  clock: systemClock,
  settings: readSettings(process.env, 'origins'),
};

/** GET /app/authorizations */
export const handler = apiHandler(world, { caller: 'SUBJECT' }, async ({ caller }) => ({
  status: 200,
  body: { items: await listAuthorizations(world, caller) },
}));
