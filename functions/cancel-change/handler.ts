import { apiHandler } from '../../shared/http/api-handler.ts';
import { changePathSchema } from '../../shared/http/schemas.ts';
import { changeView } from '../../shared/http/views.ts';
import { cancelChange } from '../../shared/lifecycle/cancel-change.ts';

/** POST /changes/{changeId}/cancellation */
export const handler = apiHandler(
  { caller: 'ADMINISTRATOR', path: changePathSchema },
  async ({ caller, path, requestId }) => {
    const cancelled = await cancelChange({ caller, changeId: path.changeId, requestId });
    return { status: 200, body: changeView(cancelled, new Date()) };
  },
);
