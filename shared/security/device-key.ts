import { calculateJwkThumbprint, importJWK } from 'jose';
import * as z from 'zod/mini';
import { validationFailed } from '../errors.ts';

/** A coordinate of P-256: 32 bytes, base64url without padding, its unused low bits zero (one text per key). */
const coordinateSchema = z.string().check(z.regex(/^[A-Za-z0-9_-]{42}[AEIMQUYcgkosw048]$/));

/** A public P-256 key (RFC 7517, RFC 7518 section 6.2), reduced to the members that make it. */
export const publicJwkSchema = z.object({
  kty: z.literal('EC'),
  crv: z.literal('P-256'),
  x: coordinateSchema,
  y: coordinateSchema,
});
export type PublicJwk = z.infer<typeof publicJwkSchema>;

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
export async function thumbprintOf(key: PublicJwk, path: string): Promise<string> {
  try {
    await importJWK(key, 'ES256');
  } catch {
    throw validationFailed({ path, message: 'No es un punto de la curva P-256 · Not a point of P-256' });
  }
  return calculateJwkThumbprint(key);
}
