import { SignJWT } from 'jose';
import { type PhoneKeys, publicJwk, SIGNATURE, thumbprint } from './keys.ts';

export interface Enrolment {
  readonly userId: string;
  readonly activationCode: string;
  readonly name: string;
  readonly platform: 'IOS' | 'ANDROID';
  readonly pushToken: string;
}

export interface EnrolmentRequest {
  readonly activationCode: string;
  readonly name: string;
  readonly platform: 'IOS' | 'ANDROID';
  readonly pushToken: string;
  readonly signingKey: Awaited<ReturnType<typeof publicJwk>>;
  readonly encryptionKey: Awaited<ReturnType<typeof publicJwk>>;
  readonly proof: string;
}

/** The body of `POST /app/devices`: both public keys and the proof that this phone holds the signing key. */
export async function enrolmentRequest(
  { userId, ...enrolment }: Enrolment,
  keys: PhoneKeys,
  now = new Date(),
): Promise<EnrolmentRequest> {
  const [signingKey, encryptionKey] = await Promise.all([
    publicJwk(keys.signing.publicKey),
    publicJwk(keys.encryption.publicKey),
  ]);
  const [signingKeyThumbprint, encryptionKeyThumbprint] = await Promise.all([
    thumbprint(signingKey),
    thumbprint(encryptionKey),
  ]);
  const proof = await new SignJWT({
    aud: 'llavero/enrolment',
    sub: userId,
    activationCode: enrolment.activationCode,
    signingKeyThumbprint,
    encryptionKeyThumbprint,
    iat: Math.floor(now.getTime() / 1000),
  })
    .setProtectedHeader({ alg: SIGNATURE, typ: 'device-enrolment+jwt' })
    .sign(keys.signing.privateKey);
  return { ...enrolment, signingKey, encryptionKey, proof };
}
