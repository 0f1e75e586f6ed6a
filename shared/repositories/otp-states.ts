import type { OtpState } from '../domain/otp.ts';
import { otpStates } from './items.ts';
import { putVersion } from './put-version.ts';
import type { Write } from './tables.ts';

/** Writes what is remembered of a user's one-time codes, if that is still as it was read; until `ttl`, if it has an end. */
export function putOtpState(userId: string, state: OtpState, ttl: number | undefined): Write {
  return putVersion(otpStates.key(userId), { ...state, ttl });
}
