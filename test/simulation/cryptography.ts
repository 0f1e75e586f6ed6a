import { createHash, KeyObject, sign, verify, type webcrypto } from 'node:crypto';

type Subtle = webcrypto.SubtleCrypto;

/** The signatures of phones: every other algorithm stays as it is. */
const fits = (algorithm: unknown, key: webcrypto.CryptoKey, usage: webcrypto.KeyUsage): boolean => {
  const { name, hash } = algorithm as { name?: string; hash?: string };
  return name === 'ECDSA' && hash === 'SHA-256' && key.algorithm.name === 'ECDSA' && key.usages.includes(usage);
};

const materials = new WeakMap<webcrypto.CryptoKey, KeyObject>();

function withKey(key: webcrypto.CryptoKey) {
  const material = materials.get(key) ?? KeyObject.from(key);
  materials.set(key, material);
  return { key: material, dsaEncoding: 'ieee-p1363' } as const;
}

const bytes = (data: webcrypto.BufferSource): Uint8Array =>
  ArrayBuffer.isView(data) ? new Uint8Array(data.buffer, data.byteOffset, data.byteLength) : new Uint8Array(data);
const bufferFrom = (answer: Buffer): ArrayBuffer => Uint8Array.from(answer).buffer;

const { subtle } = globalThis.crypto;

/** The few keys of the handsets, imported again and again. */
const imported = new Map<string, Promise<webcrypto.CryptoKey>>();

/** The same OpenSSL as the platform's, called on this thread. */
const ours: Pick<Subtle, 'sign' | 'verify' | 'digest' | 'importKey'> = {
  importKey: (...[format, data, algorithm, , usages]: readonly unknown[]) => {
    const asked = JSON.stringify([format, data, algorithm, usages]);
    // Extractable: Node hands over no other key's material, and there is nobody here to hide it from.
    const key = imported.get(asked) ?? Reflect.apply(subtle.importKey, subtle, [format, data, algorithm, true, usages]);
    imported.set(asked, key);
    return key;
  },
  sign: async (algorithm, key, data) =>
    fits(algorithm, key, 'sign')
      ? bufferFrom(sign('sha256', bytes(data), withKey(key)))
      : subtle.sign(algorithm, key, data),
  verify: async (algorithm, key, signature, data) =>
    fits(algorithm, key, 'verify')
      ? verify('sha256', bytes(data), withKey(key), bytes(signature))
      : subtle.verify(algorithm, key, signature, data),
  digest: async (algorithm, data) =>
    algorithm === 'SHA-256'
      ? bufferFrom(createHash('sha256').update(bytes(data)).digest())
      : subtle.digest(algorithm, data),
};

/** An object of the platform with some members of its own; the others are called on the object itself. */
function withMembers<T extends object>(target: T, members: Partial<T>): T {
  return new Proxy(target, {
    get: (_, name) => {
      const own: unknown = Reflect.get(members, name);
      const value: unknown = own ?? Reflect.get(target, name, target);
      return typeof value === 'function' && own === undefined ? value.bind(target) : value;
    },
  });
}

/**
 * Has this realm sign, verify and hash on the thread that asks. The platform does so on others: which answers first is the
 * machine's to say then, and not the seed's, and each waits longer for its thread than it works.
 */
export function useOneThread(): void {
  const crypto = withMembers(globalThis.crypto, { subtle: withMembers(subtle, ours) });
  Object.defineProperty(globalThis, 'crypto', { value: crypto, configurable: true, writable: true });
}
