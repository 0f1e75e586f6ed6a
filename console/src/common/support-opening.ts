import type { Support } from './support-types.ts';
import { formatDay } from './time.ts';

const ZONE = 'America/Bogota';
const WEEK_MS = 7 * 86_400_000;

/** Says when the support lines open again: today, on a day of this week, or on a date. */
export function describeOpening(opensAt: string, now: Date, language: string): string {
  const english = language === 'en';
  const opening = new Date(opensAt);
  const time = new Intl.DateTimeFormat(english ? 'en-GB' : 'es-CO', {
    timeZone: ZONE,
    hour: 'numeric',
    minute: '2-digit',
    hour12: true,
  }).format(opening);
  const day = describeDay(opening, now, english);
  if (english) return `Closed now. We answer ${day} from ${time}.`;
  return `Fuera de horario. Atendemos ${day} desde ${time.startsWith('1:') ? 'la' : 'las'} ${time.replace(/\.$/, '')}.`;
}

function describeDay(opening: Date, now: Date, english: boolean): string {
  const calendarDay = new Intl.DateTimeFormat('en-CA', { timeZone: ZONE });
  if (calendarDay.format(opening) === calendarDay.format(now)) return english ? 'today' : 'hoy';
  if (opening.getTime() - now.getTime() >= WEEK_MS) {
    return `${english ? 'on' : 'el'} ${formatDay(opening.toISOString(), english ? 'en' : 'es')}`;
  }
  const weekday = new Intl.DateTimeFormat(english ? 'en-GB' : 'es-CO', { timeZone: ZONE, weekday: 'long' });
  return `${english ? 'on' : 'el'} ${weekday.format(opening)}`;
}

type Period = Support['schedule'][number];

const WEEK: readonly Period['days'][number][] = [
  'MONDAY',
  'TUESDAY',
  'WEDNESDAY',
  'THURSDAY',
  'FRIDAY',
  'SATURDAY',
  'SUNDAY',
];

/** The hours of the support lines, one text for the days that share them. */
export function describeHours(schedule: readonly Period[], language: string): string[] {
  const english = language === 'en';
  // 5 January 2026 was a Monday.
  const dayName = (day: Period['days'][number]) =>
    new Intl.DateTimeFormat(english ? 'en-GB' : 'es-CO', { timeZone: 'UTC', weekday: 'long' }).format(
      Date.UTC(2026, 0, 5 + WEEK.indexOf(day)),
    );
  return [...Map.groupBy(schedule, ({ days }) => days.join()).values()].map((periods) => {
    const [first, ...others] = (periods[0]?.days ?? []).map(dayName);
    const last = others.at(-1);
    const days = last ? `${first} ${english ? 'to' : 'a'} ${last}` : first;
    const hours = periods.map(({ from, to }) => (english ? `${from} to ${to}` : `de ${from} a ${to}`));
    return `${days}: ${hours.join(english ? ' and ' : ' y ')} (${english ? 'Colombian time' : 'hora de Colombia'})`;
  });
}
