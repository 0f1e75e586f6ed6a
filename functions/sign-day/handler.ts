import * as z from 'zod/mini';
import { inRun, type RunContext } from '../../shared/in-run.ts';
import { signDays, yesterday } from '../../shared/lifecycle/sign-days.ts';
import { log } from '../../shared/logger.ts';

/** The schedule's event names no day; whoever calls the function by hand may. */
const eventSchema = z.object({ through: z.optional(z.string().check(z.regex(/^\d{4}-\d\d-\d\d$/))) });

/** Every day: signs the days of the archive that are over. */
export const handler = (event: unknown, context: RunContext) => inRun(context, () => sign(event));

async function sign(event: unknown) {
  const now = new Date();
  const { through = yesterday(now) } = eventSchema.parse(event);
  const signed = await signDays(through, now);
  log.info('days signed', { count: signed.length });
  return { signed };
}
