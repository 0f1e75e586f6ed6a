import * as z from 'zod/mini';
import data from './support.json' with { type: 'json' };

const timeSchema = z.string().check(z.regex(/^([01]\d|2[0-3]):[0-5]\d$/));

export const supportSchema = z.strictObject({
  timezone: z.string(),
  lines: z.array(
    z.strictObject({
      channel: z.enum(['PHONE', 'WHATSAPP']),
      number: z.string(),
      instructions: z.strictObject({ es: z.string(), en: z.string() }),
    }),
  ),
  schedule: z.array(
    z.strictObject({
      days: z.array(z.enum(['MONDAY', 'TUESDAY', 'WEDNESDAY', 'THURSDAY', 'FRIDAY', 'SATURDAY', 'SUNDAY'])),
      from: timeSchema,
      to: timeSchema,
    }),
  ),
});

const SUPPORT = supportSchema.parse(data);
const CLOCK = new Intl.DateTimeFormat('en-US', {
  timeZone: SUPPORT.timezone,
  weekday: 'long',
  hour: '2-digit',
  minute: '2-digit',
  hourCycle: 'h23',
});

/** The bank's support lines and hours, and whether they are open at `now`; `from` is inside the hours, `to` is not. */
export function supportAt(now: Date): z.infer<typeof supportSchema> & { open: boolean } {
  const parts = Object.fromEntries(CLOCK.formatToParts(now).map(({ type, value }) => [type, value]));
  const time = `${parts.hour}:${parts.minute}`;
  const open = SUPPORT.schedule.some(
    ({ days, from, to }) => days.some((day) => day === parts.weekday?.toUpperCase()) && from <= time && time < to,
  );
  return { ...SUPPORT, open };
}
