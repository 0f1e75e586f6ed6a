import { ApiProblemError, isPassing } from '@llavero/client';
import type { Patience } from './call-patiently.ts';

const MOST_FAILURES = 4;
const LONGEST_WAIT_MS = 10_000;

/** For calls of which many are made: what passes, and a service that asks for a pause of seconds, are waited for. */
export const PATIENCE: Patience = {
  waitMs: (error, failures) => {
    if (failures >= MOST_FAILURES) return undefined;
    const backOff = 500 * 2 ** failures * (0.5 + Math.random() / 2);
    if (isPassing(error)) return backOff;
    if (!(error instanceof ApiProblemError) || error.problem.status !== 429) return undefined;
    const asked = (error.retryAfter ?? 1) * 1000;
    return asked <= LONGEST_WAIT_MS ? asked + backOff : undefined;
  },
  sleep: (ms) => new Promise((resolve) => setTimeout(resolve, ms)),
};
