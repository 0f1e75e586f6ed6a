import { openTables } from '../../shared/aws/tables.ts';
import { systemClock } from '../../shared/clock.ts';
import { livePendingChange } from '../../shared/domain/actions.ts';
import { apiHandler } from '../../shared/http/api-handler.ts';
import { appMeQuerySchema } from '../../shared/http/schemas.ts';
import { tokenView, userView } from '../../shared/http/views.ts';
import { readSettings } from '../../shared/settings.ts';
import { getAppMe } from '../../shared/use-cases/get-app-me.ts';

const world = { tables: openTables(process.env), clock: systemClock, settings: readSettings(process.env, 'origins') };

/** GET /app/me: the caller; asked about a device of theirs, also whether that one is retired. */
export const handler = apiHandler(
  world,
  { caller: 'ANYONE', query: appMeQuerySchema },
  async ({ caller, query, signedInAt }) => {
    const { token, physicalToken, retiredDeviceId, lastAccess } = await getAppMe(
      world,
      caller,
      query.deviceId,
      signedInAt,
    );
    const now = world.clock.now();
    return {
      status: 200,
      body: {
        user: userView(caller),
        device: token.device,
        token: { tokenId: token.tokenId, status: token.status },
        pendingChange: livePendingChange(token, now),
        physicalToken: physicalToken ? tokenView(physicalToken, now) : null,
        lastAccess,
        ...(query.deviceId === undefined ? {} : { retiredDeviceId }),
      },
    };
  },
);
