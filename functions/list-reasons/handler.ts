import { actionSchema } from '../../shared/domain/change.ts';
import { REASONS } from '../../shared/domain/reasons.ts';
import { apiHandler } from '../../shared/http/api-handler.ts';
import { reasonQuerySchema } from '../../shared/http/schemas.ts';

/** GET /reasons: the catalogue, or one action's. */
export const handler = apiHandler({ caller: 'ADMINISTRATOR', query: reasonQuerySchema }, async ({ query }) => {
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
