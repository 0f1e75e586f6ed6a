import { type CompactJWSHeaderParameters, compactVerify, importJWK } from 'jose';
import * as z from 'zod/mini';
import type { PublicJwk } from '../domain/device.ts';
import { parseStrictJson } from '../domain/strict-json.ts';
import { ProblemError } from '../errors.ts';

/** The only header members a phone may send; anything else (`crit`, `b64`, `jwk`, `x5u`…) is refused unread. */
const headerSchema = z.strictObject({
  alg: z.literal('ES256'),
  typ: z.string(),
  kid: z.optional(z.string().check(z.regex(/^[A-Za-z0-9_-]{1,64}$/))),
});
export type ProofHeader = z.infer<typeof headerSchema>;

/** A proof as a body carries it. Its form is judged with the rest of it, so that a malformed one is told no more than a forged one. */
export const compactJwsSchema = z.string().check(z.minLength(1));

/** Three base64url parts (RFC 7515 section 7.1): a decoder would also take padding, blanks and the other alphabet. */
const COMPACT = /^[\w-]+\.[\w-]+\.[\w-]+$/;

/** The one answer to every cryptographic refusal: it never says which check failed. */
export function proofRefused(cause?: unknown): ProblemError {
  const refused = new ProblemError('PROOF_REFUSED');
  if (cause !== undefined) refused.cause = cause;
  return refused;
}

/**
 * The header of a JWS that is not verified yet: good for finding the key by `kid`, and for nothing else.
 *
 * @throws ProblemError `PROOF_REFUSED` where it has anything but ES256, `typ` and `kid`.
 */
export function unverifiedHeader(jws: string): ProofHeader {
  if (!COMPACT.test(jws)) throw proofRefused();
  try {
    const [header = ''] = jws.split('.');
    return headerSchema.parse(parseStrictJson(decode(header)));
  } catch (cause) {
    throw proofRefused(cause);
  }
}

/** The payload of a JWS that is not verified yet: what it claims, good for nothing but finding what it is judged against. */
export function unverifiedPayload(jws: string): unknown {
  try {
    return parseStrictJson(decode(jws.split('.')[1] ?? ''));
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
  if (!COMPACT.test(jws)) throw proofRefused();
  try {
    const verified = await compactVerify(jws, await importJWK(key, 'ES256'), { algorithms: ['ES256'] });
    assertType(verified.protectedHeader, typ);
    return payload.parse(parseStrictJson(new TextDecoder('utf-8', { fatal: true }).decode(verified.payload)));
  } catch (cause) {
    throw proofRefused(cause);
  }
}

function assertType(header: CompactJWSHeaderParameters, typ: string): void {
  if (headerSchema.parse(header).typ !== typ) throw new Error('Another type of proof');
}

function decode(part: string): string {
  return new TextDecoder('utf-8', { fatal: true }).decode(Buffer.from(part, 'base64url'));
}
