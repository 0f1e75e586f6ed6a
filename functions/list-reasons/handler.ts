import * as z from 'zod/mini';
import { actionSchema } from '../../shared/domain/change.ts';
import { REASONS } from '../../shared/domain/reasons.ts';
import { apiHandler } from '../../shared/http/api-handler.ts';

const querySchema = z.strictObject({ action: z.optional(actionSchema) });

/** GET /reasons: the catalogue, or one action's. */
export const handler = apiHandler({ caller: 'ADMINISTRATOR', query: querySchema }, async ({ query }) => {
  const items = actionSchema.options
    .filter((action) => !query.action || query.action === action)
    .flatMap((action) =>
      REASONS.filter((reason) => reason.actions.includes(action)).map(({ code, label, noteRequired }) => ({
        action,
        code,
        label,
        noteRequired,
      })),
    );
  return { status: 200, body: { items } };
});
