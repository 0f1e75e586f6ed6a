import { takeSecret } from './sealing.ts';

/** The credential that this device's own verification (fingerprint, face or screen lock) holds for a user. */
export interface PlatformParameters {
  readonly salt: Uint8Array<ArrayBuffer>;
  readonly credentialId: Uint8Array<ArrayBuffer>;
}

/** The device verifies people, and yet gives no secret (no PRF extension): there the PIN is used. */
export class NoPlatformSecretError extends Error {
  override readonly name = 'NoPlatformSecretError';
}

/** Bit 2 of the authenticator data's flags: the person was verified (WebAuthn Level 3, 6.1). */
const USER_VERIFIED = 0x04;
const FLAGS_AT = 32;
const TIMEOUT_MS = 60_000;

/** True if this device can verify the person by itself. */
export async function canVerifyByPlatform(): Promise<boolean> {
  if (!('PublicKeyCredential' in window)) return false;
  return PublicKeyCredential.isUserVerifyingPlatformAuthenticatorAvailable().catch(() => false);
}

/** Makes a credential that asks the device to verify the person each time, and can give a secret (PRF extension). */
export async function createPlatformParameters(user: {
  readonly userId: string;
  readonly username: string;
  readonly fullName: string;
}): Promise<PlatformParameters> {
  const salt = crypto.getRandomValues(new Uint8Array(32));
  const credential = (await navigator.credentials.create({
    publicKey: {
      rp: { name: 'Llavero' },
      user: { id: new TextEncoder().encode(user.userId), name: user.username, displayName: user.fullName },
      // No server reads the answer: what convinces is that the secret opens what is sealed.
      challenge: crypto.getRandomValues(new Uint8Array(32)),
      pubKeyCredParams: [
        { type: 'public-key', alg: -7 },
        { type: 'public-key', alg: -257 },
      ],
      authenticatorSelection: {
        authenticatorAttachment: 'platform',
        userVerification: 'required',
        residentKey: 'preferred',
      },
      timeout: TIMEOUT_MS,
      extensions: { prf: {} },
    },
  })) as PublicKeyCredential | null;
  if (!credential?.getClientExtensionResults().prf?.enabled) throw new NoPlatformSecretError('No PRF extension');
  return { salt, credentialId: new Uint8Array(credential.rawId) };
}

/** Has the device verify the person now; the secret is another one where the person was not verified. */
export async function readPlatformSecret({ salt, credentialId }: PlatformParameters): Promise<CryptoKey> {
  const credential = (await navigator.credentials.get({
    publicKey: {
      challenge: crypto.getRandomValues(new Uint8Array(32)),
      allowCredentials: [{ type: 'public-key', id: credentialId, transports: ['internal'] }],
      userVerification: 'required',
      timeout: TIMEOUT_MS,
      extensions: { prf: { eval: { first: salt } } },
    },
  })) as PublicKeyCredential | null;
  const secret = credential?.getClientExtensionResults().prf?.results?.first;
  if (!credential || !secret || !isUserVerified(credential)) throw new NoPlatformSecretError('No verified secret');
  return takeSecret(new Uint8Array(secret as ArrayBuffer));
}

function isUserVerified({ response }: PublicKeyCredential): boolean {
  const data = new Uint8Array((response as AuthenticatorAssertionResponse).authenticatorData);
  return ((data[FLAGS_AT] ?? 0) & USER_VERIFIED) !== 0;
}
