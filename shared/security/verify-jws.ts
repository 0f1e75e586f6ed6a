import { compactVerify, importJWK } from 'jose';
import * as z from 'zod/mini';
import type { PublicJwk } from '../domain/device.ts';
import { ProblemError } from '../errors.ts';
import { decodePart, readJsonPart } from './jws-part.ts';

/** The only header members a phone may send; anything else (`crit`, `b64`, `jwk`, `x5u`…) is refused unread. */
const headerSchema = z.strictObject({
  alg: z.literal('ES256'),
  typ: z.string(),
  kid: z.optional(z.string().check(z.regex(/^[A-Za-z0-9_-]{1,64}$/))),
});
export type ProofHeader = z.infer<typeof headerSchema>;

const partSchema = z.instanceof(Buffer);
const threePartsSchema = z.tuple([partSchema, partSchema, partSchema]);

/** A proof as a body carries it. Its form is judged with the rest of it, so that a malformed one is told no more than a forged one. */
export const compactJwsSchema = z.string().check(z.minLength(1));

/** Least time that is told from none: what is smaller, a table may not keep. */
const NANOSECOND = 1e-9;

/** `iat` of every proof: seconds since the epoch, fractions allowed, in the range in which each whole second is a number. */
export const issuedAtSchema = z.number().check(
  z.gte(Number.MIN_SAFE_INTEGER),
  z.lte(Number.MAX_SAFE_INTEGER),
  z.refine((iat) => iat === 0 || Math.abs(iat) >= NANOSECOND),
);

/** The one answer to every cryptographic refusal: it never says which check failed. */
export function proofRefused(cause?: unknown): ProblemError {
  const refused = new ProblemError('PROOF_REFUSED');
  refused.cause = cause;
  return refused;
}

/** A JWS before its signature is verified: good for finding what it is judged by, and for nothing else. */
export interface UnverifiedJws {
  readonly header: ProofHeader;
  readonly payload: unknown;
}

/**
 * Reads a compact JWS in the one form that is accepted of it (RFC 7515 section 7.1). It has three parts of base64url
 * without padding, blank or stray bit. The JSON has no byte order mark and no member twice, and the header has ES256,
 * `typ` and `kid`.
 *
 * @throws ProblemError `PROOF_REFUSED` for any other.
 */
export function readJws(jws: string): UnverifiedJws {
  try {
    const [header, payload] = threePartsSchema.parse(jws.split('.').map(decodePart));
    return { header: headerSchema.parse(readJsonPart(header)), payload: readJsonPart(payload) };
  } catch (cause) {
    throw proofRefused(cause);
  }
}

/**
 * The payload of a compact JWS by that key and of that type (RFC 7515, RFC 7518 section 3.4).
 *
 * @throws ProblemError `PROOF_REFUSED` for whatever else it is.
 */
export async function verifyJws<T>(
  jws: string,
  { key, typ, payload }: { key: PublicJwk; typ: string; payload: z.ZodMiniType<T> },
): Promise<T> {
  const read = readJws(jws);
  try {
    if (read.header.typ !== typ) throw new Error('Another type of proof');
    await compactVerify(jws, await importJWK(key, 'ES256'), { algorithms: ['ES256'] });
    return payload.parse(read.payload);
  } catch (cause) {
    throw proofRefused(cause);
  }
}
