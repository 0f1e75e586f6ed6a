import * as z from 'zod/mini';
import { openArchive } from '../../shared/aws/archive.ts';
import { openSigningKey } from '../../shared/aws/signing-key.ts';
import { systemClock } from '../../shared/clock.ts';
import { inRun, type RunContext } from '../../shared/http/in-run.ts';
import { log } from '../../shared/telemetry/log.ts';
import { signDays, yesterday } from '../../shared/use-cases/sign-days.ts';

const world = {
  archive: openArchive(process.env),
  dayKey: openSigningKey(process.env, 'DAY_KEY_ARN'),
  clock: systemClock,
};

/** The schedule's event names no day; whoever calls the function by hand may. */
const eventSchema = z.object({ through: z.optional(z.string().check(z.regex(/^\d{4}-\d\d-\d\d$/))) });

/** Every day: signs the days of the archive that are over. */
export const handler = (event: unknown, context: RunContext) => inRun(context, () => sign(event));

async function sign(event: unknown) {
  const now = world.clock.now();
  const { through = yesterday(now) } = eventSchema.parse(event);
  const signed = await signDays(world, through, now);
  log.info('days signed', { count: signed.length });
  return { signed };
}
