import { ProblemError } from '../../shared/errors.ts';
import { apiHandler } from '../../shared/http/api-handler.ts';
import { changePathSchema } from '../../shared/http/schemas.ts';
import { changeViewWith } from '../../shared/http/views.ts';
import { holdStanding } from '../../shared/lifecycle/hold-standing.ts';
import { findChange } from '../../shared/lifecycle/read-change.ts';
import { settleChange } from '../../shared/lifecycle/settle-change.ts';

/** GET /changes/{changeId} */
export const handler = apiHandler({ caller: 'ADMINISTRATOR', path: changePathSchema }, async ({ caller, path }) => {
  const found = await findChange(caller.companyId, path.changeId);
  if (!found) throw new ProblemError('NOT_FOUND');
  const now = new Date();
  const change = await settleChange(found.change, now);
  const standing = await holdStanding(change, now);
  return { status: 200, body: changeViewWith(caller, { ...found, change }, standing, now) };
});
