import { type CryptoKey, SignJWT } from 'jose';
import type { Challenge } from './challenge.ts';
import { SIGNATURE } from './keys.ts';

/** Who signs: the enrolled device, its user and its signing key. */
export interface Signer {
  readonly deviceId: string;
  readonly userId: string;
  readonly signingKey: CryptoKey;
}

/**
 * A person's answer: approving takes the six digits that the web shows, rejecting takes none. A rejection may disown the
 * request ("it wasn't me"), which suspends its requester.
 */
export type Answer = ({ decision: 'APPROVE'; bindingCode: string } | { decision: 'REJECT'; reason?: 'NOT_ME' }) & {
  /** The way in which the app verified the person before this signature. */
  userVerification?: 'BIOMETRIC' | 'PIN' | 'NONE';
};

/** Signs the answer to a challenge. The whole challenge, as shown, is part of the signed text. */
export async function decide(
  challenge: Challenge,
  answer: Answer,
  { deviceId, userId, signingKey }: Signer,
  now = new Date(),
): Promise<string> {
  if (answer.decision === 'APPROVE' && !/^[0-9]{6}$/.test(answer.bindingCode)) {
    throw new TypeError('The code that the web shows has six digits');
  }
  const payload = {
    iss: deviceId,
    sub: userId,
    aud: 'llavero/decision',
    iat: Math.floor(now.getTime() / 1000),
    ...answer,
    challenge,
  };
  return new SignJWT(payload)
    .setProtectedHeader({ alg: SIGNATURE, typ: 'token-change-decision+jwt', kid: deviceId })
    .sign(signingKey);
}
