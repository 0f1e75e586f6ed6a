/** Bytes encrypted with AES-256-GCM. */
export interface Sealed {
  readonly iv: Uint8Array<ArrayBuffer>;
  readonly bytes: ArrayBuffer;
}

/** A verification opens what is read at once; a signature takes another key, derived anew for each one. */
export type Purpose = 'reading' | 'signing';

const encode = (text: string): Uint8Array<ArrayBuffer> => new TextEncoder().encode(text);

/** The key of one purpose (HKDF, RFC 5869) from the secret that a verification of the person gives. */
export function deriveKey(secret: CryptoKey, salt: Uint8Array<ArrayBuffer>, purpose: Purpose): Promise<CryptoKey> {
  const algorithm = { name: 'HKDF', hash: 'SHA-256', salt, info: encode(`llavero/phone/${purpose}`) };
  return crypto.subtle.deriveKey(algorithm, secret, { name: 'AES-GCM', length: 256 }, false, ['encrypt', 'decrypt']);
}

/** Takes a secret over into a key that no script can read, and wipes the bytes. */
export async function takeSecret(bytes: Uint8Array<ArrayBuffer>): Promise<CryptoKey> {
  const secret = await crypto.subtle.importKey('raw', bytes, 'HKDF', false, ['deriveKey']);
  bytes.fill(0);
  return secret;
}

/** Seals bytes for one place: they open under the same name alone. */
export async function seal(key: CryptoKey, bytes: BufferSource, place: string): Promise<Sealed> {
  const iv = crypto.getRandomValues(new Uint8Array(12));
  const algorithm = { name: 'AES-GCM', iv, additionalData: encode(place) };
  return { iv, bytes: await crypto.subtle.encrypt(algorithm, key, bytes) };
}

/** @throws OperationError where the key is another, or what was sealed was changed or moved. */
export async function open(key: CryptoKey, { iv, bytes }: Sealed, place: string): Promise<Uint8Array<ArrayBuffer>> {
  const algorithm = { name: 'AES-GCM', iv, additionalData: encode(place) };
  return new Uint8Array(await crypto.subtle.decrypt(algorithm, key, bytes));
}
