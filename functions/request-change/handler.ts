import { ProblemError, validationFailed } from '../../shared/errors.ts';
import { apiHandler } from '../../shared/http/api-handler.ts';
import { changeRequestSchema, tokenPathSchema } from '../../shared/http/schemas.ts';
import { changeViewFor } from '../../shared/http/views.ts';
import { requestChange } from '../../shared/lifecycle/request-change.ts';
import { settleChange } from '../../shared/lifecycle/settle-change.ts';
import { aboutChange, log } from '../../shared/logger.ts';
import { startHold } from '../../shared/workflow.ts';

/** POST /tokens/{tokenId}/changes: 201 for a block, which is applied at once; 202 for what is held. */
export const handler = apiHandler(
  { caller: 'ADMINISTRATOR', path: tokenPathSchema, body: changeRequestSchema, headers: idempotencyKey },
  async ({ caller, path, body, headers, requestId }) => {
    const requested = await requestChange({
      caller,
      tokenId: path.tokenId,
      action: body.action,
      reason: body.reason,
      note: body.note ?? null,
      idempotencyKey: headers.idempotencyKey ?? '',
      requestId,
    });
    const { change, replayed } = requested;
    if (change.authorization && !replayed) {
      // Committed already: where the engine refuses, the answer is the same and the reconciler starts the hold.
      await startHold(change).catch((error: unknown) => {
        log.warn('hold not started; the reconciler will', aboutChange(change), error);
      });
    }
    const now = new Date();
    const shown = { ...requested, change: await settleChange(change, now) };
    return { status: change.authorization ? 202 : 201, body: changeViewFor(caller, shown, requested, now) };
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
