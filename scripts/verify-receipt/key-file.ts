import { calculateJwkThumbprint } from 'jose';
import * as z from 'zod/mini';
import { type PublicJwk, publicJwkSchema } from '../../shared/domain/device.ts';
import { parseStrictJson } from '../../shared/domain/strict-json.ts';
import { UsageError } from '../../tools/command-line.ts';

/** The public keys that a verifier trusts, by RFC 7638 thumbprint. */
export type PinnedKeys = ReadonlyMap<string, PublicJwk>;

const keyFileSchema = z.strictObject({
  keys: z.array(
    z.strictObject({ ...publicJwkSchema.shape, kid: z.string(), alg: z.literal('ES256'), use: z.literal('sig') }),
  ),
});

/** The text of a key file: a JWK set (RFC 7517 section 5). */
export function writeKeyFile(keys: PinnedKeys): string {
  const set = { keys: [...keys].map(([kid, key]) => ({ ...key, kid, alg: 'ES256', use: 'sig' })) };
  return `${JSON.stringify(set, null, 2)}\n`;
}

/**
 * The keys of a key file, each under the thumbprint that it really has.
 *
 * @throws UsageError where it is no key file, or has no key.
 */
export async function parseKeyFile(text: string, name: string): Promise<PinnedKeys> {
  const pinned = new Map<string, PublicJwk>();
  for (const { kid, kty, crv, x, y } of parseSet(text, name)) {
    const key = { kty, crv, x, y };
    if ((await calculateJwkThumbprint(key)) !== kid) {
      throw new UsageError(`${name}: the key ${kid} has another thumbprint than its kid`);
    }
    pinned.set(kid, key);
  }
  if (pinned.size === 0) throw new UsageError(`${name} has no key`);
  return pinned;
}

function parseSet(text: string, name: string): z.infer<typeof keyFileSchema>['keys'] {
  try {
    return keyFileSchema.parse(parseStrictJson(text)).keys;
  } catch (cause) {
    throw new UsageError(`${name} is not a file of public P-256 keys as "npm run receipt-keys" writes it`, { cause });
  }
}
