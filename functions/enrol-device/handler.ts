import { apiHandler } from '../../shared/http/api-handler.ts';
import { enrolmentSchema } from '../../shared/http/schemas.ts';
import { enrolDevice } from '../../shared/lifecycle/enrol-device.ts';

/** POST /app/devices */
export const handler = apiHandler({ caller: 'ANYONE', body: enrolmentSchema }, async ({ caller, body, requestId }) => ({
  status: 201,
  body: await enrolDevice({ ...body, caller, requestId }),
}));
