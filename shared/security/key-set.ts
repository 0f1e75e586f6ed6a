import { createHash } from 'node:crypto';
import * as z from 'zod/mini';
import { canonical } from '../domain/canonical.ts';
import { type PublicJwk, publicJwkSchema } from '../domain/device.ts';
import { parseStrictJson } from '../domain/strict-json.ts';

/** The public keys that a verifier trusts, by RFC 7638 thumbprint. */
export type PinnedKeys = ReadonlyMap<string, PublicJwk>;

/** A text is no key file; the message goes on after the file's name. */
export class KeySetError extends Error {
  override readonly name = 'KeySetError';
}

const keySetSchema = z.strictObject({
  keys: z.array(
    z.strictObject({ ...publicJwkSchema.shape, kid: z.string(), alg: z.literal('ES256'), use: z.literal('sig') }),
  ),
});

/** The text of a key file: a JWK set (RFC 7517 section 5). */
export function writeKeySet(keys: PinnedKeys): string {
  const set = { keys: [...keys].map(([kid, key]) => ({ ...key, kid, alg: 'ES256', use: 'sig' })) };
  return `${JSON.stringify(set, null, 2)}\n`;
}

/**
 * The keys of a key file, each under the thumbprint that it really has.
 *
 * @throws KeySetError where it is no key file, or has no key.
 */
export function parseKeySet(text: string): PinnedKeys {
  const pinned = new Map<string, PublicJwk>();
  for (const { kid, kty, crv, x, y } of parseStrictly(text)) {
    const key = { kty, crv, x, y };
    // The members that RFC 7638 hashes are all that the key has, and in canonical order.
    const thumbprint = createHash('sha256').update(canonical(key)).digest('base64url');
    if (thumbprint !== kid) throw new KeySetError(`has the key ${kid} under another name than its thumbprint`);
    pinned.set(kid, key);
  }
  if (pinned.size === 0) throw new KeySetError('has no key');
  return pinned;
}

function parseStrictly(text: string): z.infer<typeof keySetSchema>['keys'] {
  try {
    return keySetSchema.parse(parseStrictJson(text)).keys;
  } catch (cause) {
    throw new KeySetError('is not a file of public P-256 keys as "npm run receipt-keys" writes it', { cause });
  }
}
