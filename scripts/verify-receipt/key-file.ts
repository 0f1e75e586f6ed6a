import { readFile } from 'node:fs/promises';
import { KeySetError, type PinnedKeys, parseKeySet } from '../../shared/security/key-set.ts';
import { fromWhereCalled, UsageError } from '../../tools/command-line.ts';

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
 * The keys of a key file that a person named.
 *
 * @throws UsageError where it is no key file, or has no key.
 */
export function parseKeyFile(text: string, path: string): PinnedKeys {
  try {
    return parseKeySet(text);
  } catch (cause) {
    if (cause instanceof KeySetError) throw new UsageError(`${path} ${cause.message}`, { cause });
    throw cause;
  }
}

/**
 * A key as it is read out over the phone: its thumbprint in hexadecimal, in groups of four.
 */
export function fingerprint(kid: string): string {
  return Buffer.from(kid, 'base64url')
    .toString('hex')
    .replaceAll(/(.{4})(?=.)/g, '$1 ');
}
