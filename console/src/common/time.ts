import { useEffect, useState } from 'react';

/** The time by `clock`, once a second on its full second, while something is counting. */
export function useNow(clock: () => number, running = true): number {
  const [now, setNow] = useState(clock);
  useEffect(() => {
    if (!running) return;
    let timer: ReturnType<typeof setTimeout>;
    const tick = (): void => {
      setNow(clock());
      timer = setTimeout(tick, 1000 - (clock() % 1000));
    };
    tick();
    return () => clearTimeout(timer);
  }, [clock, running]);
  return now;
}

/** Minutes and seconds, as a countdown shows them. */
export function minutesSeconds(seconds: number): string {
  const whole = Math.max(0, Math.ceil(seconds));
  return `${Math.floor(whole / 60)}:${String(whole % 60).padStart(2, '0')}`;
}

/** A moment in the bank's time zone, in the reader's language. */
export function formatMoment(at: string, language: string): string {
  const format = new Intl.DateTimeFormat(language === 'en' ? 'en-GB' : 'es-CO', {
    dateStyle: 'medium',
    timeStyle: 'short',
    timeZone: 'America/Bogota',
  });
  return format.format(new Date(at));
}

/** A day in the bank's time zone, in the reader's language. */
export function formatDay(at: string, language: string): string {
  const format = new Intl.DateTimeFormat(language === 'en' ? 'en-GB' : 'es-CO', {
    dateStyle: 'medium',
    timeZone: 'America/Bogota',
  });
  return format.format(new Date(at));
}

/** A time of the day in the bank's time zone, in the reader's language. */
export function formatTime(at: string, language: string): string {
  const format = new Intl.DateTimeFormat(language === 'en' ? 'en-GB' : 'es-CO', {
    timeStyle: 'short',
    timeZone: 'America/Bogota',
  });
  return format.format(new Date(at));
}
