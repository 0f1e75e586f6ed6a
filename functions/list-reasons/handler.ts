import { openTables } from '../../shared/aws/tables.ts';
import { actionSchema } from '../../shared/domain/change.ts';
import { REASONS } from '../../shared/domain/reasons.ts';
import { apiHandler } from '../../shared/http/api-handler.ts';
import { reasonQuerySchema } from '../../shared/http/schemas.ts';
import { readSettings } from '../../shared/settings.ts';

const world = { tables: openTables(process.env), settings: readSettings(process.env, 'origins') };

/** GET /reasons: the catalogue, or one action's. */
export const handler = apiHandler(world, { caller: 'ADMINISTRATOR', query: reasonQuerySchema }, async ({ query }) => {
  const items = actionSchema.options
    .filter((action) => !query.action || query.action === action)
    .flatMap((action) =>
      REASONS.filter((reason) => reason.actions.includes(action)).map(
        ({ code, label, noteRequired, holderExcluded }) => ({
          action,
          code,
          label,
          noteRequired,
          holderExcluded,
        }),
      ),
    );
  return { status: 200, body: { items } };
});
