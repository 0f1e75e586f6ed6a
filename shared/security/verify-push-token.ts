import * as z from 'zod/mini';
import type { Device } from '../domain/device.ts';
import { issuedAtSchema, proofRefused, readJws, verifyJws } from './verify-jws.ts';

/** Most seconds between the proof's clock and the server's. */
const CLOCK_TOLERANCE = 300;

const payloadSchema = z.strictObject({
  iss: z.string(),
  sub: z.string(),
  aud: z.literal('llavero/push-token'),
  iat: issuedAtSchema,
  pushToken: z.string(),
});

/**
 * The `iat` of a phone's proof that this push token is its own: recent, and later than the last one accepted.
 *
 * @throws ProblemError `PROOF_REFUSED`.
 */
export async function verifyPushToken(proof: string, device: Device, pushToken: string, now: Date): Promise<number> {
  const { kid } = readJws(proof).header;
  if (kid !== device.deviceId || device.retiredAt !== undefined) throw proofRefused();
  const payload = await verifyJws(proof, { key: device.signingKey, typ: 'push-token+jwt', payload: payloadSchema });
  const proven =
    payload.iss === device.deviceId &&
    payload.sub === device.userId &&
    payload.pushToken === pushToken &&
    Math.abs(now.getTime() / 1000 - payload.iat) <= CLOCK_TOLERANCE &&
    payload.iat > (device.pushTokenIat ?? 0);
  if (!proven) throw proofRefused();
  return payload.iat;
}
