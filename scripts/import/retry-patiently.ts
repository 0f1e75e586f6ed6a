import { setTimeout as sleep } from 'node:timers/promises';
import { ProblemError } from '../../shared/errors.ts';
import { isPassingFault } from '../../shared/passing-fault.ts';

/** With the waits between them (up to 0.5, 1, 2, 4, 8, 8 and 8 s): half a minute at most beyond the clients' own. */
const TRIES = 8;
const MAX_WAIT_MS = 8000;

/** Tries again what failed in passing: a person waits for a load to end, so it gives up later than a request would. */
export async function retryPatiently<T>(work: () => Promise<T>): Promise<T> {
  for (let attempt = 1; ; attempt++) {
    try {
      return await work();
    } catch (error) {
      if (attempt >= TRIES || !isPassing(error)) throw error;
      await sleep(Math.random() * Math.min(MAX_WAIT_MS, 250 * 2 ** attempt));
    }
  }
}

/** True if waiting may help: the service is busy, out of reach for a moment, or others write the same. */
function isPassing(error: unknown): boolean {
  return error instanceof ProblemError ? error.code === 'UNAVAILABLE' : isPassingFault(error);
}
