import { takeSecret } from './sealing.ts';

export const PIN_DIGITS = 6;

/** Consecutive wrong PINs after which this phone's keys are destroyed (at most 10: NIST SP 800-63B-4, 3.2.10). */
export const MAXIMUM_WRONG_PINS = 10;

/** As the OWASP Password Storage Cheat Sheet advises for PBKDF2 with HMAC-SHA-256. */
export const PIN_ITERATIONS = 600_000;

/** The stored half of a PIN. No script can read `deviceKey`: a copy that a script makes of the rest is of no use elsewhere. */
export interface PinParameters {
  readonly salt: Uint8Array<ArrayBuffer>;
  readonly iterations: number;
  readonly deviceKey: CryptoKey;
}

export async function createPinParameters(): Promise<PinParameters> {
  const algorithm = { name: 'HMAC', hash: 'SHA-256', length: 256 };
  return {
    salt: crypto.getRandomValues(new Uint8Array(16)),
    iterations: PIN_ITERATIONS,
    deviceKey: (await crypto.subtle.generateKey(algorithm, false, ['sign'])) as CryptoKey,
  };
}

/** The secret that a PIN gives with its parameters: PBKDF2-HMAC-SHA-256, then HMAC with the device's key. */
export async function derivePinSecret(pin: string, { salt, iterations, deviceKey }: PinParameters): Promise<CryptoKey> {
  const typed = await crypto.subtle.importKey('raw', new TextEncoder().encode(pin), 'PBKDF2', false, ['deriveBits']);
  const stretched = await crypto.subtle.deriveBits({ name: 'PBKDF2', hash: 'SHA-256', salt, iterations }, typed, 256);
  return takeSecret(new Uint8Array(await crypto.subtle.sign('HMAC', deviceKey, stretched)));
}

/** True of what most people would try first: one digit, two digits in turn, a run up or down, a half said twice. */
export function isEasyPin(pin: string): boolean {
  const steps = [...pin].slice(1).map((digit, index) => (Number(digit) - Number(pin[index]) + 10) % 10);
  const isRun = new Set(steps).size === 1 && [0, 1, 9].includes(steps[0] ?? 0);
  const half = pin.length / 2;
  return isRun || new Set(pin).size <= 2 || pin.slice(0, half) === pin.slice(half);
}
