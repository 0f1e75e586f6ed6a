import { openCursorKey } from '../../shared/aws/cursor-key.ts';
import { openTables } from '../../shared/aws/tables.ts';
import { systemClock } from '../../shared/clock.ts';
import { apiHandler } from '../../shared/http/api-handler.ts';
import { CHANGE_COLUMNS } from '../../shared/http/csv-columns.ts';
import { readAccept, respondWithPage } from '../../shared/http/list-response.ts';
import { page } from '../../shared/http/page.ts';
import { changeQuerySchema } from '../../shared/http/schemas.ts';
import { changeView } from '../../shared/http/views.ts';
import { readSettings } from '../../shared/settings.ts';
import { listChanges } from '../../shared/use-cases/list-changes.ts';

const world = {
  tables: openTables(process.env),
  cursorKey: openCursorKey(process.env),
  clock: systemClock,
  settings: readSettings(process.env, 'origins'),
};

/** GET /changes: the company's, newest first. */
export const handler = apiHandler(
  world,
  { caller: 'ADMINISTRATOR', query: changeQuerySchema, headers: readAccept },
  async ({ caller: { companyId }, query, headers }) => {
    const { limit, cursor, ...filter } = query;
    const list = { companyId, route: 'GET /changes', filter };
    const body = await page(world, list, cursor, async (start) => {
      const after = start && { sk: start.sk ?? '', sort: start.sort ?? '' };
      const { found, next, now } = await listChanges(world, { companyId, ...filter }, { limit, after });
      return { items: found.map((each) => changeView(each, now)), next: next && { ...next } };
    });
    return respondWithPage(body, { headers, query }, CHANGE_COLUMNS);
  },
);
