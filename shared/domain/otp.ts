import * as z from 'zod/mini';

/** Time step of RFC 6238, in milliseconds. */
const STEP_MS = 30_000;

/** Consecutive failures after which a user's verification rests, and for how long, in milliseconds. */
const MAXIMUM_FAILURES = 5;
const REST_MS = 5 * 60_000;

/** The memory of a user's verifications; written on the condition of its `version`. */
export const otpStateSchema = z.object({
  failures: z.number(),
  /** Epoch milliseconds until which nothing is verified. */
  restsUntil: z.number(),
  /** The phone whose codes `usedSteps` are of: another phone has another seed. */
  deviceId: z.nullable(z.string()),
  usedSteps: z.array(z.number()),
  version: z.number(),
});
export type OtpState = z.infer<typeof otpStateSchema>;

export const NO_VERIFICATION_YET: OtpState = { failures: 0, restsUntil: 0, deviceId: null, usedSteps: [], version: 0 };

/** The time steps whose codes are good now: one of drift either way (RFC 6238 section 5.2). */
export function goodSteps(now: Date): readonly number[] {
  const step = Math.floor(now.getTime() / STEP_MS);
  return [step - 1, step, step + 1];
}

/** The moment a time step begins, epoch milliseconds. */
export function startOfStep(step: number): number {
  return step * STEP_MS;
}

/** Seconds that a user's verification still rests, if it does. */
export function remainingRest({ restsUntil }: OtpState, now: Date): number | undefined {
  return now.getTime() < restsUntil ? Math.max(1, Math.ceil((restsUntil - now.getTime()) / 1000)) : undefined;
}

/**
 * Judges a code. It is good once: one that was used is a failure like any other.
 *
 * @param match the phone and the time step whose code was given; undefined where no good code is.
 */
export function judgeCode(
  state: OtpState,
  match: { deviceId: string; step: number } | undefined,
  now: Date,
): { valid: boolean; next: OtpState } {
  const version = state.version + 1;
  const used = match && state.deviceId === match.deviceId ? state.usedSteps : [];
  if (match && !used.includes(match.step)) {
    const [oldest = 0] = goodSteps(now);
    const usedSteps = [...used.filter((step) => step >= oldest), match.step];
    return { valid: true, next: { failures: 0, restsUntil: 0, deviceId: match.deviceId, usedSteps, version } };
  }
  const failures = state.failures + 1;
  const restsUntil = failures >= MAXIMUM_FAILURES ? now.getTime() + REST_MS : 0;
  return { valid: false, next: { ...state, failures, restsUntil, version } };
}
