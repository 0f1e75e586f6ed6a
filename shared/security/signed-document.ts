import { createHash } from 'node:crypto';
import { p256 } from '@noble/curves/nist.js';
import { flattenedVerify, importJWK } from 'jose';
import * as z from 'zod/mini';
import { canonical } from '../domain/canonical.ts';
import type { PublicJwk } from '../domain/device.ts';
import { decodePart, encodePart, readJsonPart } from './jws-part.ts';

/** A document that says in its own member what its issuer signed of it. */
export type Signed<T> = T & { readonly signature: string };

/** Signs a SHA-256 digest with P-256 and gives the signature in DER, as KMS does. */
export type SignDigest = (digest: Uint8Array) => Promise<Uint8Array>;

const headerSchema = z.strictObject({ alg: z.literal('ES256'), kid: z.string(), typ: z.string() });
export type DocumentHeader = z.infer<typeof headerSchema>;

/** RFC 7515 section 5.1, with the payload left out of the text (appendix F). */
const DETACHED = /^([\w-]+)\.\.([\w-]{86})$/;
const detachedSchema = z.tuple([z.string(), z.string(), z.string()]);

/**
 * The document with a `signature` over the canonical form of all its members: a JWS with detached payload, ES256.
 * Of the two signatures that ECDSA has for one message, the one with the lower `s` is taken.
 */
export async function signDocument<T extends object>(
  document: T,
  { kid, typ, sign }: { kid: string; typ: string; sign: SignDigest },
): Promise<Signed<T>> {
  const header = encodePart(canonical({ alg: 'ES256', kid, typ } satisfies DocumentHeader));
  const input = `${header}.${encodePart(canonical(document))}`;
  const der = await sign(createHash('sha256').update(input).digest());
  const { r, s } = p256.Signature.fromBytes(der, 'der');
  const low = new p256.Signature(r, s > HALF_ORDER ? ORDER - s : s);
  return { ...document, signature: `${header}..${Buffer.from(low.toBytes('compact')).toString('base64url')}` };
}

const ORDER = p256.Point.Fn.ORDER;
const HALF_ORDER = ORDER >> 1n;

/** The header of a signature that is not verified yet: good for finding the key by `kid`, and for nothing else. */
export function unverifiedDocumentHeader(signature: string): DocumentHeader {
  const [, header] = readDetached(signature);
  return headerSchema.parse(readJsonPart(decodePart(header)));
}

/** The whole text, its header and the signature's value. */
function readDetached(signature: string) {
  return detachedSchema.parse(DETACHED.exec(signature));
}

/**
 * The document without its signature, if this key signed it as a document of this type.
 *
 * Exactly one text is accepted for each document and signature: no padding, no other last character, no higher `s`.
 *
 * @throws Error for whatever else it is.
 */
export async function verifyDocument<T extends object>(
  { signature, ...document }: Signed<T>,
  { key, kid, typ }: { key: PublicJwk; kid: string; typ: string },
): Promise<Omit<Signed<T>, 'signature'>> {
  const header = unverifiedDocumentHeader(signature);
  if (header.kid !== kid || header.typ !== typ) throw new Error('Signed with another key or as another document');
  const [, protectedHeader, value] = readDetached(signature);
  if (encodePart(canonical(header)) !== protectedHeader) throw new Error('The header is not in canonical form');
  if (p256.Signature.fromBytes(decodePart(value), 'compact').s > HALF_ORDER)
    throw new Error('The signature has the higher s');
  await flattenedVerify(
    { protected: protectedHeader, payload: encodePart(canonical(document)), signature: value },
    await importJWK(key, 'ES256'),
    { algorithms: ['ES256'] },
  );
  return document;
}
