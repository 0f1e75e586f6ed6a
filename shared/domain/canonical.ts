import { createHash } from 'node:crypto';
import canonicalizeJson from 'canonicalize';

/** The RFC 8785 canonical form of a JSON value; throws where the value has none. */
export function canonical(value: unknown): string {
  const text = canonicalizeJson(value);
  if (text === undefined) throw new TypeError('The value has no canonical JSON form');
  return text;
}

/** SHA-256, in hexadecimal, of the canonical form of a JSON value. */
export function digest(value: unknown): string {
  return createHash('sha256').update(canonical(value)).digest('hex');
}
