import { openSeedKey } from '../../shared/aws/seed-key.ts';
import { openTables } from '../../shared/aws/tables.ts';
import { systemClock, systemRandom } from '../../shared/clock.ts';
import { apiHandler } from '../../shared/http/api-handler.ts';
import { jsonBody } from '../../shared/http/json-body.ts';
import { otpVerificationSchema } from '../../shared/http/schemas.ts';
import { readSettings } from '../../shared/settings.ts';
import { verifyOtp } from '../../shared/use-cases/verify-otp.ts';

const world = {
  tables: openTables(process.env),
  seedKey: openSeedKey(process.env),
  clock: systemClock,
  random: systemRandom,
  settings: readSettings(process.env, 'origins'),
};

/** POST /otp/verifications, for the bank's transaction systems. */
export const handler = apiHandler(
  world,
  { caller: 'SYSTEM', body: jsonBody(otpVerificationSchema) },
  async ({ body }) => ({
    status: 200,
    body: { valid: await verifyOtp(world, body.userId, body.code) },
  }),
);
