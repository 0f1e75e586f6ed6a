import { openCursorKey } from '../../shared/aws/cursor-key.ts';
import { openTables } from '../../shared/aws/tables.ts';
import { apiHandler } from '../../shared/http/api-handler.ts';
import { EVENT_COLUMNS } from '../../shared/http/csv-columns.ts';
import { readAccept, respondWithPage } from '../../shared/http/list-response.ts';
import { page } from '../../shared/http/page.ts';
import { companyEventQuerySchema } from '../../shared/http/schemas.ts';
import { companyEventView } from '../../shared/http/views.ts';
import { companyEventPage } from '../../shared/repositories/company-events.ts';
import { readSettings } from '../../shared/settings.ts';

const world = {
  tables: openTables(process.env),
  cursorKey: openCursorKey(process.env),
  settings: readSettings(process.env, 'origins'),
};

/** GET /events: the whole company's record, newest first. */
export const handler = apiHandler(
  world,
  { caller: 'ADMINISTRATOR', query: companyEventQuerySchema, headers: readAccept },
  async ({ caller: { companyId }, query, headers }) => {
    const { limit, cursor, ...filter } = query;
    const list = { companyId, route: 'GET /events', filter };
    const body = await page(world, list, cursor, async (start) => {
      const range = { limit, after: start?.after };
      const { found, next } = await companyEventPage(world.tables, { companyId, ...filter }, range);
      return {
        items: found.map((each) => companyEventView(companyId, each)),
        next: next ? { after: next } : undefined,
      };
    });
    return respondWithPage(body, { headers, query }, EVENT_COLUMNS);
  },
);
