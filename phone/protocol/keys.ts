import { type CryptoKey, calculateJwkThumbprint, exportJWK, generateKeyPair, type JWK } from 'jose';

/** The two P-256 key pairs of one phone: one signs, the other opens what the service seals for it. */
export interface PhoneKeys {
  readonly signing: KeyPair;
  readonly encryption: KeyPair;
}

export interface KeyPair {
  readonly publicKey: CryptoKey;
  readonly privateKey: CryptoKey;
}

/** Key agreement and content encryption of everything the service sends sealed (RFC 7518). */
export const SEED_KEY_AGREEMENT = 'ECDH-ES+A256KW';
export const SEED_ENCRYPTION = 'A256GCM';
export const SIGNATURE = 'ES256';

/** Makes the keys of a new phone; private keys leave the runtime's key store only if `extractable`. */
export async function createKeys({ extractable = false } = {}): Promise<PhoneKeys> {
  const [signing, encryption] = await Promise.all([
    generateKeyPair(SIGNATURE, { extractable }),
    generateKeyPair(SEED_KEY_AGREEMENT, { crv: 'P-256', extractable }),
  ]);
  return { signing, encryption };
}

/** The public half as the service wants it: the curve and the point, nothing else. */
export async function publicJwk(key: CryptoKey): Promise<{ kty: 'EC'; crv: 'P-256'; x: string; y: string }> {
  const { kty, crv, x, y } = await exportJWK(key);
  if (kty !== 'EC' || crv !== 'P-256' || !x || !y) throw new TypeError('The key is not a P-256 key');
  return { kty: 'EC', crv: 'P-256', x, y };
}

/** RFC 7638 SHA-256 thumbprint of a public key. */
export function thumbprint(jwk: JWK): Promise<string> {
  return calculateJwkThumbprint(jwk, 'sha256');
}
