/** At most `limit` events in any `seconds` (whole seconds). */
export interface Limit {
  readonly limit: number;
  readonly seconds: number;
}

/** The window's outcome: the times to keep with the new one among them, or the seconds to wait. */
export type Taken =
  | { readonly taken: true; readonly times: number[] }
  | { readonly taken: false; readonly retryAfter: number };

/** Adds an event at `now` (epoch milliseconds) to the times of the earlier ones, unless the window is full. */
export function takeFrom(times: readonly number[], { limit, seconds }: Limit, now: number): Taken {
  const recent = times.filter((time) => time > now - seconds * 1000).sort((a, b) => a - b);
  const oldest = recent[recent.length - limit];
  if (oldest === undefined) return { taken: true, times: [...recent, now] };
  return { taken: false, retryAfter: Math.max(1, Math.ceil((oldest + seconds * 1000 - now) / 1000)) };
}
