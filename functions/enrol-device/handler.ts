import { openPush } from '../../shared/aws/push.ts';
import { openSeedKey } from '../../shared/aws/seed-key.ts';
import { openTables } from '../../shared/aws/tables.ts';
import { systemClock, systemRandom } from '../../shared/clock.ts';
import { apiHandler } from '../../shared/http/api-handler.ts';
import { jsonBody } from '../../shared/http/json-body.ts';
import { enrolmentSchema } from '../../shared/http/schemas.ts';
import { readSettings } from '../../shared/settings.ts';
import { enrolDevice } from '../../shared/use-cases/enrol-device.ts';

const world = {
  tables: openTables(process.env),
  seedKey: openSeedKey(process.env),
  push: openPush(process.env),
  clock: systemClock,
  random: systemRandom,
  settings: readSettings(process.env, 'origins', 'activationCodeTries'),
};

/** POST /app/devices */
export const handler = apiHandler(
  world,
  { caller: 'ANYONE', body: jsonBody(enrolmentSchema) },
  async ({ caller, body, requestId }) => ({
    status: 201,
    body: await enrolDevice(world, { ...body, caller, requestId }),
  }),
);
