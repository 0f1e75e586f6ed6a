import { openCursorKey } from '../../shared/aws/cursor-key.ts';
import { openTables } from '../../shared/aws/tables.ts';
import { apiHandler } from '../../shared/http/api-handler.ts';
import { page } from '../../shared/http/page.ts';
import { eventQuerySchema, tokenPathSchema } from '../../shared/http/schemas.ts';
import { readSettings } from '../../shared/settings.ts';
import { assertToken, listEvents } from '../../shared/use-cases/list-events.ts';

const world = {
  tables: openTables(process.env),
  cursorKey: openCursorKey(process.env),
  settings: readSettings(process.env, 'origins'),
};

/** GET /tokens/{tokenId}/events: the token's record, newest first. */
export const handler = apiHandler(
  world,
  { caller: 'ADMINISTRATOR', path: tokenPathSchema, query: eventQuerySchema },
  async ({ caller: { companyId }, path: { tokenId }, query: { limit, cursor } }) => {
    await assertToken(world, companyId, tokenId);
    const list = { companyId, route: 'GET /tokens/{tokenId}/events', filter: { tokenId } };
    const body = await page(world, list, cursor, async (start) => {
      const after = start && { sk: start.sk ?? '' };
      const { events, next } = await listEvents(world, { companyId, tokenId }, { limit, after });
      return { items: events, next: next && { ...next } };
    });
    return { status: 200, body };
  },
);
