/** Colombia's time, all the year round. */
const OFFSET = '-05:00';
const DAY_MS = 24 * 60 * 60 * 1000;

/** The times between which the days of Colombia lie, both of them included; a day that is none is left out. */
export function readDayRange(first: string, last: string): { from?: string; to?: string } {
  const [from, to] = [startTime(first), startTime(last)];
  return {
    ...(from === undefined ? {} : { from: new Date(from).toISOString() }),
    ...(to === undefined ? {} : { to: new Date(to + DAY_MS).toISOString() }),
  };
}

function startTime(day: string): number | undefined {
  if (!/^\d{4}-\d{2}-\d{2}$/.test(day)) return undefined;
  const time = Date.parse(`${day}T00:00:00${OFFSET}`);
  return Number.isNaN(time) ? undefined : time;
}
