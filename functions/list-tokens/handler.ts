import { normalizeForSearch } from '../../shared/domain/search-terms.ts';
import { tokenKindSchema } from '../../shared/domain/token.ts';
import { apiHandler } from '../../shared/http/api-handler.ts';
import { page } from '../../shared/http/page.ts';
import { tokenQuerySchema } from '../../shared/http/schemas.ts';
import { tokenView } from '../../shared/http/views.ts';
import { listTokens, type TokenPosition } from '../../shared/lifecycle/list-tokens.ts';
import { settleTokens } from '../../shared/lifecycle/settle-change.ts';

/** GET /tokens */
export const handler = apiHandler({ caller: 'ADMINISTRATOR', query: tokenQuerySchema }, async ({ caller, query }) => {
  const { kind, status, q, limit, cursor } = query;
  const { companyId } = caller;
  const filter = { companyId, kind, status, beginning: normalizeForSearch(q ?? '') || undefined };
  const list = { companyId, route: 'GET /tokens', filter: { kind, status, q: filter.beginning } };
  const body = await page(list, cursor, async (start) => {
    const { tokens, next } = await listTokens(filter, limit, start && positionOf(start));
    const now = new Date();
    const settled = await settleTokens(tokens, now);
    return { items: settled.map((token) => tokenView(token, now)), next: next && { kind: next.kind, ...next.after } };
  });
  return { status: 200, body };
});

function positionOf({ kind, sk, sort }: Record<string, string>): TokenPosition {
  return {
    kind: tokenKindSchema.parse(kind),
    after: sk === undefined || sort === undefined ? undefined : { sk, sort },
  };
}
