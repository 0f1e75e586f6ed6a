import { rescueProposalSchema } from '../../shared/domain/rescue.ts';
import { rescueView } from '../../shared/http/rescue-view.ts';
import { staffHandler } from '../../shared/http/staff-handler.ts';
import { proposeRescue } from '../../shared/lifecycle/propose-rescue.ts';
import { settleChange } from '../../shared/lifecycle/settle-change.ts';
import { aboutChange, log } from '../../shared/logger.ts';
import { startHold } from '../../shared/workflow.ts';

/** The first of two persons of the bank proposes a change of an administrator's token. */
export const handler = staffHandler(rescueProposalSchema, async (proposed) => {
  const change = await proposeRescue(proposed);
  // Committed already: where the engine refuses, the reconciler starts the hold.
  await startHold(change).catch((error: unknown) => {
    log.warn('hold not started; the reconciler will', aboutChange(change), error);
  });
  const now = new Date();
  return rescueView(await settleChange(change, now), now);
});
