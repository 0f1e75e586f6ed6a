import { rescueConfirmationSchema } from '../../shared/domain/rescue.ts';
import { rescueView } from '../../shared/http/rescue-view.ts';
import { staffHandler } from '../../shared/http/staff-handler.ts';
import { confirmRescue } from '../../shared/lifecycle/confirm-rescue.ts';

/** Another person of the bank confirms what the first proposed. */
export const handler = staffHandler(rescueConfirmationSchema, async (confirmed) =>
  rescueView(await confirmRescue(confirmed), new Date()),
);
