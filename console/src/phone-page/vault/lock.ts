import { createPinParameters, derivePinSecret, type PinParameters } from './pin.ts';
import { createPlatformParameters, type PlatformParameters, readPlatformSecret } from './platform.ts';
import { deriveKey, open, type Purpose, type Sealed, seal } from './sealing.ts';

/** The way one user is verified on this phone. `check` opens with the right secret alone. */
export type Lock =
  | ({ readonly kind: 'PIN'; readonly check: Sealed; readonly wrongPins: number } & PinParameters)
  | ({ readonly kind: 'PLATFORM'; readonly check: Sealed } & PlatformParameters);

/** A verification of the person that has just succeeded. */
export interface Verification {
  readonly by: 'BIOMETRIC' | 'PIN';
  readonly key: (purpose: Purpose) => Promise<CryptoKey>;
}

/** The PIN is not the one that was chosen. */
export class WrongPinError extends Error {
  override readonly name = 'WrongPinError';
}

const CHECK = 'check';

export async function createPinLock(pin: string): Promise<{ lock: Lock; verification: Verification }> {
  const parameters = await createPinParameters();
  const verification = verified('PIN', await derivePinSecret(pin, parameters), parameters.salt);
  return { lock: { kind: 'PIN', wrongPins: 0, check: await sealCheck(verification), ...parameters }, verification };
}

export async function createPlatformLock(
  user: Parameters<typeof createPlatformParameters>[0],
): Promise<{ lock: Lock; verification: Verification }> {
  const parameters = await createPlatformParameters(user);
  const verification = verified('BIOMETRIC', await readPlatformSecret(parameters), parameters.salt);
  return { lock: { kind: 'PLATFORM', check: await sealCheck(verification), ...parameters }, verification };
}

/** Verifies the person by the PIN. @throws WrongPinError */
export async function verifyPin(lock: Lock & { kind: 'PIN' }, pin: string): Promise<Verification> {
  const verification = verified('PIN', await derivePinSecret(pin, lock), lock.salt);
  try {
    await open(await verification.key('reading'), lock.check, CHECK);
  } catch (cause) {
    throw new WrongPinError('The PIN is another', { cause });
  }
  return verification;
}

/** Has the device verify the person. @throws where it does not, or its secret is another. */
export async function verifyByPlatform(lock: Lock & { kind: 'PLATFORM' }): Promise<Verification> {
  const verification = verified('BIOMETRIC', await readPlatformSecret(lock), lock.salt);
  await open(await verification.key('reading'), lock.check, CHECK);
  return verification;
}

function verified(by: Verification['by'], secret: CryptoKey, salt: Uint8Array<ArrayBuffer>): Verification {
  return { by, key: (purpose) => deriveKey(secret, salt, purpose) };
}

async function sealCheck(verification: Verification): Promise<Sealed> {
  return seal(await verification.key('reading'), new Uint8Array(1), CHECK);
}
