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
