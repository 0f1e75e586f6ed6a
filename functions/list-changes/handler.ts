import { apiHandler } from '../../shared/http/api-handler.ts';
import { page } from '../../shared/http/page.ts';
import { changeQuerySchema } from '../../shared/http/schemas.ts';
import { changeView } from '../../shared/http/views.ts';
import { settleChanges } from '../../shared/lifecycle/settle-change.ts';
import { readChange, readHold, readNotices } from '../../shared/repositories/items.ts';
import { holdKey, noticesKey } from '../../shared/repositories/keys.ts';
import { indexPage } from '../../shared/repositories/listings.ts';
import { getAll } from '../../shared/repositories/table.ts';

/** GET /changes: the company's, newest first. */
export const handler = apiHandler({ caller: 'ADMINISTRATOR', query: changeQuerySchema }, async ({ caller, query }) => {
  const { status, limit, cursor } = query;
  const { companyId } = caller;
  const list = { companyId, route: 'GET /changes', filter: { status } };
  const body = await page(list, cursor, async (start) => {
    const { keys, next } = await indexPage({
      index: status ? 'status' : 'list',
      companyId,
      partition: `COMPANY#${companyId}#CHANGES${status ? `#${status}` : ''}`,
      limit,
      newestFirst: true,
      after: start && { sk: start.sk ?? '', sort: start.sort ?? '' },
    });
    const ids = keys.map(({ sk }) => sk.replace(/^CHANGE#/, ''));
    const read = await getAll([...keys, ...ids.map(holdKey), ...ids.map(noticesKey)]);
    const now = new Date();
    const found = keys.flatMap((_, index) => {
      const change = readChange(read[index]);
      if (!change) return [];
      const hold = readHold(read[keys.length + index]);
      return [{ change, hold, notices: readNotices(read[2 * keys.length + index]) }];
    });
    const settled = await settleChanges(found, now);
    const items = settled.map((each) => changeView(each, now)).filter((view) => !status || view.status === status);
    return { items, next: next && { ...next } };
  });
  return { status: 200, body };
});
