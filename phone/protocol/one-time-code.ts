import { Secret, TOTP } from 'otpauth';
import type { Seed } from './seed.ts';

export interface OneTimeCode {
  readonly code: string;
  /** Whole seconds until the next code. */
  readonly secondsLeft: number;
}

/** The code that the seed gives at this moment (RFC 6238). */
export function currentCode(seed: Seed, now = new Date()): OneTimeCode {
  const { algorithm, digits, period } = seed;
  const totp = new TOTP({ secret: Secret.fromBase32(seed.secret), algorithm, digits, period });
  const timestamp = now.getTime();
  return { code: totp.generate({ timestamp }), secondsLeft: Math.ceil(totp.remaining({ timestamp }) / 1000) };
}
