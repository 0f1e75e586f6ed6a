import { openSigningKey } from '../../shared/aws/signing-key.ts';
import { openTables } from '../../shared/aws/tables.ts';
import { systemClock } from '../../shared/clock.ts';
import { apiHandler } from '../../shared/http/api-handler.ts';
import { changePathSchema } from '../../shared/http/schemas.ts';
import { readSettings } from '../../shared/settings.ts';
import { getReceipt } from '../../shared/use-cases/get-receipt.ts';

const world = {
  tables: openTables(process.env),
  receiptKey: openSigningKey(process.env, 'RECEIPT_KEY_ARN'),
  clock: systemClock,
  settings: readSettings(process.env, 'origins'),
};

/** GET /changes/{changeId}/receipt */
export const handler = apiHandler(
  world,
  { caller: 'ADMINISTRATOR', path: changePathSchema },
  async ({ caller, path }) => ({
    status: 200,
    body: await getReceipt(world, caller.companyId, path.changeId),
  }),
);
