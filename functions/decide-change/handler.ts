import { apiHandler } from '../../shared/http/api-handler.ts';
import { changePathSchema, decisionSchema } from '../../shared/http/schemas.ts';
import { decideChange } from '../../shared/lifecycle/decide-change.ts';

/** POST /app/authorizations/{changeId}/decision */
export const handler = apiHandler(
  { caller: 'SUBJECT', path: changePathSchema, body: decisionSchema },
  async ({ caller, path, body, requestId }) => ({
    status: 200,
    body: await decideChange({ userId: caller.userId, changeId: path.changeId, decision: body.decision, requestId }),
  }),
);
