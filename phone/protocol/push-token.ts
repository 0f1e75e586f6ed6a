import { SignJWT } from 'jose';
import type { Signer } from './decision.ts';
import { SIGNATURE } from './keys.ts';

/** The body of `PUT /app/devices/{deviceId}/push-token`: the new push address, proved to come from this phone. */
export async function signPushToken(
  pushToken: string,
  { deviceId, userId, signingKey }: Signer,
  now = new Date(),
): Promise<{ pushToken: string; proof: string }> {
  const proof = await new SignJWT({
    iss: deviceId,
    sub: userId,
    aud: 'llavero/push-token',
    iat: Math.floor(now.getTime() / 1000),
    pushToken,
  })
    .setProtectedHeader({ alg: SIGNATURE, typ: 'push-token+jwt', kid: deviceId })
    .sign(signingKey);
  return { pushToken, proof };
}
