import { createHash } from 'node:crypto';
import canonicalizeJson from 'canonicalize';

/** The RFC 8785 canonical form of a JSON value; throws where the value has none. */
export function canonical(value: unknown): string {
  const text = canonicalizeJson(value);
  if (text === undefined) throw new TypeError('The value has no canonical JSON form');
  return text;
}

/**
 * An id by what it is made of, from 128 bits of its SHA-256: short, as it lies in many keys and in each line of the log.
 * It has no hyphen, so that no command takes it for an option.
 */
export function deriveId(...parts: readonly string[]): string {
  const bits = createHash('sha256').update(canonical(parts)).digest().subarray(0, 16);
  return bits.toString('base64url').replaceAll('-', '_');
}

/** SHA-256, in hexadecimal, of the canonical form of a JSON value. */
export function digest(value: unknown): string {
  return createHash('sha256').update(canonical(value)).digest('hex');
}
