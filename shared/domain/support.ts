import { colombianHolidays } from 'colombian-holidays';
import * as z from 'zod/mini';
import data from './support.json' with { type: 'json' };

const timeSchema = z.string().check(z.regex(/^([01]\d|2[0-3]):[0-5]\d$/));

/** A text in both languages. */
export const labelSchema = z.strictObject({ es: z.string(), en: z.string() });

export const supportLineSchema = z.strictObject({
  channel: z.enum(['PHONE', 'WHATSAPP']),
  number: z.string(),
  instructions: labelSchema,
});

export const supportHoursSchema = z.strictObject({
  days: z.array(z.enum(['MONDAY', 'TUESDAY', 'WEDNESDAY', 'THURSDAY', 'FRIDAY', 'SATURDAY', 'SUNDAY'])),
  from: timeSchema,
  to: timeSchema,
});

export const supportSchema = z.strictObject({
  timezone: z.string(),
  lines: z.array(supportLineSchema),
  schedule: z.array(supportHoursSchema),
});

const SUPPORT = supportSchema.parse(data);
const CLOCK = new Intl.DateTimeFormat('en-CA', {
  timeZone: SUPPORT.timezone,
  year: 'numeric',
  month: '2-digit',
  day: '2-digit',
  weekday: 'long',
  hour: '2-digit',
  minute: '2-digit',
  hourCycle: 'h23',
  timeZoneName: 'longOffset',
});

/** A day and a time as the clocks at the support lines show them. */
interface LocalTime {
  readonly day: string;
  readonly weekday: string;
  readonly time: string;
  /** As in RFC 3339: `-05:00`. */
  readonly offset: string;
}

const DAY_MS = 86_400_000;
/** No holidays close the lines for longer. */
const LOOK_AHEAD_DAYS = 14;

export type Support = z.infer<typeof supportSchema> & {
  readonly open: boolean;
  /** When the lines open again, RFC 3339; null while they are open. */
  readonly opensAt: string | null;
};

/**
 * The bank's support lines and hours, and if they are open at `now`; `from` is inside the hours, `to` is not. They are
 * closed on Colombia's public holidays (Ley 51 de 1983).
 */
export function supportAt(now: Date): Support {
  const local = readLocalTime(now);
  const open = listHours(local).some(({ from, to }) => from <= local.time && local.time < to);
  return { ...SUPPORT, open, opensAt: open ? null : findOpening(now) };
}

function findOpening(now: Date): string | null {
  for (let days = 0; days <= LOOK_AHEAD_DAYS; days++) {
    const local = readLocalTime(new Date(now.getTime() + days * DAY_MS));
    const next = listHours(local).find(({ from }) => days > 0 || from > local.time);
    if (next) return new Date(`${local.day}T${next.from}:00${local.offset}`).toISOString();
  }
  return null;
}

/** The hours of a day, in their order; none on a holiday. */
function listHours({ day, weekday }: LocalTime) {
  if (isHoliday(day)) return [];
  return SUPPORT.schedule
    .filter(({ days }) => days.some((name) => name === weekday))
    .toSorted((a, b) => a.from.localeCompare(b.from));
}

function isHoliday(day: string): boolean {
  const holidays = colombianHolidays({ year: Number(day.slice(0, 4)), valueAsDate: false });
  return holidays.some(({ celebrationDate }) => celebrationDate === day);
}

function readLocalTime(at: Date): LocalTime {
  const parts = Object.fromEntries(CLOCK.formatToParts(at).map(({ type, value }) => [type, value]));
  return {
    day: `${parts.year}-${parts.month}-${parts.day}`,
    weekday: `${parts.weekday?.toUpperCase()}`,
    time: `${parts.hour}:${parts.minute}`,
    offset: parts.timeZoneName?.replace('GMT', '') || '+00:00',
  };
}
