import { openCursorKey } from '../../shared/aws/cursor-key.ts';
import { openTables } from '../../shared/aws/tables.ts';
import { systemClock } from '../../shared/clock.ts';
import { splitWords } from '../../shared/domain/search-words.ts';
import { tokenKindSchema } from '../../shared/domain/token.ts';
import { apiHandler } from '../../shared/http/api-handler.ts';
import { TOKEN_COLUMNS } from '../../shared/http/csv-columns.ts';
import { readAccept, respondWithPage } from '../../shared/http/list-response.ts';
import { page } from '../../shared/http/page.ts';
import { tokenQuerySchema } from '../../shared/http/schemas.ts';
import { tokenView } from '../../shared/http/views.ts';
import { readSettings } from '../../shared/settings.ts';
import { countTokens } from '../../shared/use-cases/count-tokens.ts';
import { listTokens, type TokenPosition } from '../../shared/use-cases/list-tokens.ts';

const world = {
  tables: openTables(process.env),
  cursorKey: openCursorKey(process.env),
  clock: systemClock,
  settings: readSettings(process.env, 'origins'),
};

/** GET /tokens */
export const handler = apiHandler(
  world,
  { caller: 'ADMINISTRATOR', query: tokenQuerySchema, headers: readAccept },
  async ({ caller: { companyId }, query, headers }) => {
    const { kind, status, q, enabled, sort, count, limit, cursor } = query;
    const words = [...new Set(splitWords(q ?? ''))].sort();
    const filter = { companyId, kind, status, words, enabled: enabled && enabled === 'true', sort };
    const identity = { kind, status, q: words.join(' ') || undefined, enabled, sort };
    const list = { companyId, route: 'GET /tokens', filter: identity };
    const body = await page(world, list, cursor, async (start) => {
      const { tokens, next, now } = await listTokens(world, filter, limit, start && parsePosition(start));
      return { items: tokens.map((token) => tokenView(token, now)), next: next && { kind: next.kind, ...next.after } };
    });
    const matches = count ? { matches: await countTokens(world, filter) } : {};
    return respondWithPage({ ...body, ...matches }, { headers, query }, TOKEN_COLUMNS);
  },
);

function parsePosition({ kind, sk, sort }: Record<string, string>): TokenPosition {
  return {
    kind: tokenKindSchema.parse(kind),
    after: sk === undefined || sort === undefined ? undefined : { sk, sort },
  };
}
