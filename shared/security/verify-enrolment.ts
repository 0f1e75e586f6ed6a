import * as z from 'zod/mini';
import type { PublicJwk } from '../domain/device.ts';
import { readActivationCode } from './activation-code.ts';
import { issuedAtSchema, proofRefused, verifyJws } from './verify-jws.ts';

const payloadSchema = z.strictObject({
  aud: z.literal('llavero/enrolment'),
  sub: z.string(),
  activationCode: z.string(),
  signingKeyThumbprint: z.string(),
  encryptionKeyThumbprint: z.string(),
  iat: issuedAtSchema,
});

/** The claims that the proof must have. */
export interface EnrolmentClaims {
  readonly sub: string;
  readonly activationCode: string;
  readonly signingKeyThumbprint: string;
  readonly encryptionKeyThumbprint: string;
}

/**
 * Proves that whoever enrols has the signing key, and meant this code and these keys for this user. The code is compared
 * as it is read: an app may send it as it was pasted in one place and tidied in the other.
 *
 * @throws ProblemError `PROOF_REFUSED`.
 */
export async function verifyEnrolment(proof: string, signingKey: PublicJwk, claims: EnrolmentClaims): Promise<void> {
  const payload = await verifyJws(proof, { key: signingKey, typ: 'device-enrolment+jwt', payload: payloadSchema });
  const { sub, activationCode, signingKeyThumbprint, encryptionKeyThumbprint } = payload;
  const proven =
    sub === claims.sub &&
    readActivationCode(activationCode) === readActivationCode(claims.activationCode) &&
    signingKeyThumbprint === claims.signingKeyThumbprint &&
    encryptionKeyThumbprint === claims.encryptionKeyThumbprint;
  if (!proven) throw proofRefused();
}
