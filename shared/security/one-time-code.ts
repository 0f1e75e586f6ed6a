import { timingSafeEqual } from 'node:crypto';
import { type Secret, TOTP } from 'otpauth';
import { startOfStep } from '../domain/otp.ts';

/** The code of a time step: HMAC-SHA-1, as the seed was delivered to the phone (RFC 6238). */
export function codeAt(secret: Secret, step: number, digits = 6): string {
  return new TOTP({ secret, algorithm: 'SHA1', digits, period: 30 }).generate({ timestamp: startOfStep(step) });
}

/** The one of these time steps whose code was given; each is made and compared in constant time. */
export function matchStep(secret: Secret, code: string, steps: readonly number[]): number | undefined {
  const given = Buffer.from(code);
  return steps.filter((step) => {
    const expected = Buffer.from(codeAt(secret, step));
    return expected.length === given.length && timingSafeEqual(expected, given);
  })[0];
}
