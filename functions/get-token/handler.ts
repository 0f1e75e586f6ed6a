import { openTables } from '../../shared/aws/tables.ts';
import { systemClock } from '../../shared/clock.ts';
import { apiHandler } from '../../shared/http/api-handler.ts';
import { tokenPathSchema } from '../../shared/http/schemas.ts';
import { tokenView } from '../../shared/http/views.ts';
import { readSettings } from '../../shared/settings.ts';
import { getToken } from '../../shared/use-cases/get-token.ts';

const world = {
  tables: openTables(process.env),
  clock: systemClock,
  settings: readSettings(process.env, 'origins'),
};

/** GET /tokens/{tokenId} */
export const handler = apiHandler(
  world,
  { caller: 'ADMINISTRATOR', path: tokenPathSchema },
  async ({ caller, path }) => {
    const now = world.clock.now();
    const { token, ...forReader } = await getToken(world, caller, path.tokenId, now);
    return { status: 200, body: { ...tokenView(token, now), ...forReader } };
  },
);
