import { AsyncLocalStorage } from 'node:async_hooks';
import type { Context } from 'aws-lambda';

/** Kept at a run's end for a client's last wait between two tries, at most 1 s, and for the answer to be written. */
export const RUN_MARGIN_MS = 1_500;

const ends = new AsyncLocalStorage<number>();

/** The part of Lambda's context that says how long a run may take. */
export type RunClock = Pick<Context, 'getRemainingTimeInMillis'>;

/** Does a run's work: no call of AWS in it is begun, or waited for, when its time is over. */
export function inRunTime<T>(clock: RunClock, work: () => T): T {
  return ends.run(Date.now() + clock.getRemainingTimeInMillis() - RUN_MARGIN_MS, work);
}

/** Milliseconds that the run still has for calls; without end outside of one. */
export function runTimeLeft(): number {
  return (ends.getStore() ?? Number.POSITIVE_INFINITY) - Date.now();
}
