import { apiHandler } from '../../shared/http/api-handler.ts';
import { devicePathSchema, pushTokenUpdateSchema } from '../../shared/http/schemas.ts';
import { updatePushToken } from '../../shared/lifecycle/update-push-token.ts';

/** PUT /app/devices/{deviceId}/push-token */
export const handler = apiHandler(
  { caller: 'SUBJECT', path: devicePathSchema, body: pushTokenUpdateSchema },
  async ({ caller, path, body }) => {
    await updatePushToken({ ...body, userId: caller.userId, deviceId: path.deviceId });
    return { status: 204 };
  },
);
