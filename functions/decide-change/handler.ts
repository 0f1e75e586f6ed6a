import { openTables } from '../../shared/aws/tables.ts';
import { openWorkflow } from '../../shared/aws/workflow.ts';
import { systemClock } from '../../shared/clock.ts';
import { apiHandler } from '../../shared/http/api-handler.ts';
import { jsonBody } from '../../shared/http/json-body.ts';
import { changePathSchema, decisionSchema } from '../../shared/http/schemas.ts';
import { readSettings } from '../../shared/settings.ts';
import { decideChange } from '../../shared/use-cases/decide-change.ts';

const world = {
  tables: openTables(process.env),
  workflow: openWorkflow(process.env),
  clock: systemClock,
  settings: readSettings(process.env, 'origins', 'requireUserVerification'),
};

/** POST /app/authorizations/{changeId}/decision */
export const handler = apiHandler(
  world,
  { caller: 'SUBJECT', path: changePathSchema, body: jsonBody(decisionSchema) },
  async ({ caller, path, body, requestId }) => {
    const { userId } = caller;
    const request = { userId, changeId: path.changeId, decision: body.decision, requestId };
    return { status: 200, body: await decideChange(world, request) };
  },
);
