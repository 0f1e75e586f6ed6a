import { createHash } from 'node:crypto';
import type { Random } from '../clock.ts';

/** Crockford's base 32: no letter that is read as a digit. */
const ALPHABET = '0123456789ABCDEFGHJKMNPQRSTVWXYZ';
const LENGTH = 16;

/** Makes a new activation code: 80 random bits in four groups of four, `XXXX-XXXX-XXXX-XXXX`. */
export function newActivationCode(random: Random): string {
  const symbols = [...random.bytes(LENGTH)].map((byte) => ALPHABET[byte % ALPHABET.length]);
  return symbols.join('').replace(/(.{4})(?=.)/g, '$1-');
}

/**
 * The code as it was meant, however it was pasted: letters and digits alone, in their plain form and as capitals, and
 * letters that look like digits as those.
 */
export function readActivationCode(code: string): string {
  return code
    .normalize('NFKC')
    .toUpperCase()
    .replaceAll(/[^\p{L}\p{Nd}]/gu, '')
    .replaceAll('O', '0')
    .replaceAll(/[IL]/g, '1');
}

/** Hashes a code for storage: SHA-256 bound to its user. Its 80 random bits need no slow hash. */
export function hashActivationCode(userId: string, code: string): string {
  return createHash('sha256')
    .update(JSON.stringify([userId, readActivationCode(code)]))
    .digest('hex');
}
