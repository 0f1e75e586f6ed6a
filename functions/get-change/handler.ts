import { ProblemError } from '../../shared/errors.ts';
import { apiHandler } from '../../shared/http/api-handler.ts';
import { changePathSchema } from '../../shared/http/schemas.ts';
import { changeViewFor } from '../../shared/http/views.ts';
import { findChange } from '../../shared/lifecycle/read-change.ts';

/** GET /changes/{changeId} */
export const handler = apiHandler({ caller: 'ADMINISTRATOR', path: changePathSchema }, async ({ caller, path }) => {
  const found = await findChange(caller.companyId, path.changeId);
  if (!found) throw new ProblemError('NOT_FOUND');
  return { status: 200, body: changeViewFor(caller, found, new Date()) };
});
