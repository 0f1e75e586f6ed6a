import { openTables } from '../../shared/aws/tables.ts';
import { systemClock, systemRandom } from '../../shared/clock.ts';
import { apiHandler } from '../../shared/http/api-handler.ts';
import { tokenPathSchema } from '../../shared/http/schemas.ts';
import { readSettings } from '../../shared/settings.ts';
import { createActivationCode } from '../../shared/use-cases/create-activation-code.ts';

const world = {
  tables: openTables(process.env),
  clock: systemClock,
  random: systemRandom,
  settings: readSettings(process.env, 'origins', 'activationCodeSeconds'),
};

/** POST /tokens/{tokenId}/activation-codes */
export const handler = apiHandler(
  world,
  { caller: 'ADMINISTRATOR', path: tokenPathSchema },
  async ({ caller, path, requestId }) => ({
    status: 201,
    body: await createActivationCode(world, { caller, tokenId: path.tokenId, requestId }),
  }),
);
