import { openPush } from '../../shared/aws/push.ts';
import { openTables } from '../../shared/aws/tables.ts';
import { systemClock } from '../../shared/clock.ts';
import { apiHandler } from '../../shared/http/api-handler.ts';
import { jsonBody } from '../../shared/http/json-body.ts';
import { devicePathSchema, pushTokenUpdateSchema } from '../../shared/http/schemas.ts';
import { readSettings } from '../../shared/settings.ts';
import { updatePushToken } from '../../shared/use-cases/update-push-token.ts';

const world = {
  tables: openTables(process.env),
  push: openPush(process.env),
  clock: systemClock,
  settings: readSettings(process.env, 'origins'),
};

/** PUT /app/devices/{deviceId}/push-token */
export const handler = apiHandler(
  world,
  { caller: 'SUBJECT', path: devicePathSchema, body: jsonBody(pushTokenUpdateSchema) },
  async ({ caller, path, body }) => {
    await updatePushToken(world, { ...body, userId: caller.userId, deviceId: path.deviceId });
    return { status: 204 };
  },
);
