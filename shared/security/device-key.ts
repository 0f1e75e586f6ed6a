import { calculateJwkThumbprint, importJWK } from 'jose';
import * as z from 'zod/mini';
import { type PublicJwk, publicJwkSchema } from '../domain/device.ts';
import { validationFailed } from '../errors.ts';

/** A public key as a phone sends it: what WebCrypto adds on export is taken and dropped, a private key is refused. */
export const sentJwkSchema = z.pipe(
  z.strictObject({
    ...publicJwkSchema.shape,
    key_ops: z.optional(z.array(z.string())),
    ext: z.optional(z.boolean()),
    alg: z.optional(z.string()),
    use: z.optional(z.string()),
    kid: z.optional(z.string()),
  }),
  z.transform(({ kty, crv, x, y }): PublicJwk => ({ kty, crv, x, y })),
);

/**
 * RFC 7638 thumbprint (SHA-256) of a key that is a point of the curve.
 *
 * @throws ProblemError `VALIDATION_FAILED` naming `path` where it is not.
 */
export async function computeThumbprint(key: PublicJwk, path: string): Promise<string> {
  try {
    await importJWK(key, 'ES256');
  } catch {
    throw validationFailed({ path, message: 'No es un punto de la curva P-256 · Not a point of P-256' });
  }
  return calculateJwkThumbprint(key);
}
