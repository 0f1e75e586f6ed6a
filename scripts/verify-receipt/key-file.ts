import { readFile } from 'node:fs/promises';
import { calculateJwkThumbprint } from 'jose';
import * as z from 'zod/mini';
import { type PublicJwk, publicJwkSchema } from '../../shared/domain/device.ts';
import { parseStrictJson } from '../../shared/domain/strict-json.ts';
import { fromWhereCalled, UsageError } from '../../tools/command-line.ts';

/** The public keys that a verifier trusts, by RFC 7638 thumbprint. */
export type PinnedKeys = ReadonlyMap<string, PublicJwk>;

const keyFileSchema = z.strictObject({
  keys: z.array(
    z.strictObject({ ...publicJwkSchema.shape, kid: z.string(), alg: z.literal('ES256'), use: z.literal('sig') }),
  ),
});

/**
 * Reads the key file that a person named to a command.
 *
 * @throws UsageError where it cannot be read, is no key file, or has no key.
 */
export async function readKeyFile(script: string, path: string): Promise<PinnedKeys> {
  let text: string;
  try {
    text = await readFile(fromWhereCalled(script, path), 'utf8');
  } catch (cause) {
    throw new UsageError(`The file ${path} cannot be read`, { cause });
  }
  return parseKeyFile(text, path);
}

/**
 * A key as it is read out over the phone: its thumbprint in hexadecimal, in groups of four.
 */
export function fingerprint(kid: string): string {
  return Buffer.from(kid, 'base64url')
    .toString('hex')
    .replaceAll(/(.{4})(?=.)/g, '$1 ');
}

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
