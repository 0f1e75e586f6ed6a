import { openTables } from '../../shared/aws/tables.ts';
import { openWorkflow } from '../../shared/aws/workflow.ts';
import { systemClock, systemRandom } from '../../shared/clock.ts';
import { ProblemError, validationFailed } from '../../shared/errors.ts';
import { apiHandler } from '../../shared/http/api-handler.ts';
import { jsonBody } from '../../shared/http/json-body.ts';
import { changeRequestSchema, tokenPathSchema } from '../../shared/http/schemas.ts';
import { changeViewFor } from '../../shared/http/views.ts';
import { ReadAhead } from '../../shared/read-ahead.ts';
import { readSettings } from '../../shared/settings.ts';
import { requestChange } from '../../shared/use-cases/request-change.ts';

const world = {
  tables: openTables(process.env),
  workflow: openWorkflow(process.env),
  ahead: new ReadAhead(),
  clock: systemClock,
  random: systemRandom,
  settings: readSettings(process.env, 'origins', 'holdSeconds', 'holdsPerToken'),
};

/** POST /tokens/{tokenId}/changes: 201 for a block, which is applied at once; 202 for what is held. */
export const handler = apiHandler(
  world,
  { caller: 'SUBJECT', path: tokenPathSchema, body: jsonBody(changeRequestSchema), headers: idempotencyKey },
  async ({ caller, path, body, headers, requestId }) => {
    const requested = await requestChange(world, {
      caller,
      tokenId: path.tokenId,
      action: body.action,
      reason: body.reason,
      note: body.note ?? null,
      idempotencyKey: headers.idempotencyKey ?? '',
      requestId,
    });
    const status = requested.change.authorization ? 202 : 201;
    return { status, body: changeViewFor(caller, requested, requested, requested.shownAt) };
  },
);

/** The Idempotency-Key: 1 to 255 visible ASCII characters. */
function idempotencyKey(get: (name: string) => string | undefined): { idempotencyKey: string } {
  const key = get('Idempotency-Key');
  if (!key) throw new ProblemError('IDEMPOTENCY_KEY_REQUIRED');
  if (!/^[\x21-\x7E]{1,255}$/.test(key)) {
    throw validationFailed({
      path: 'Idempotency-Key',
      message: 'De 1 a 255 caracteres ASCII visibles · 1 to 255 visible ASCII characters',
    });
  }
  return { idempotencyKey: key };
}
