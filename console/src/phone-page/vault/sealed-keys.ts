import { createKeys, type PhoneKeys } from '../../../../phone/protocol/index.ts';
import type { Verification } from './lock.ts';
import { open, type Sealed, seal } from './sealing.ts';

/** The keys of one phone at rest: the signing key opens for one signature, the other to read the seed. */
export interface SealedKeys {
  readonly publicKeys: { readonly signing: CryptoKey; readonly encryption: CryptoKey };
  readonly signing: Sealed;
  readonly encryption: Sealed;
}

const SIGNING = { name: 'ECDSA', namedCurve: 'P-256' };
const ENCRYPTION = { name: 'ECDH', namedCurve: 'P-256' };

/** Makes the keys of a new phone, and seals their private halves. */
export async function createSealedKeys(verification: Verification): Promise<SealedKeys> {
  const { signing, encryption } = await createKeys({ extractable: true });
  const [signed, read] = await Promise.all([verification.key('signing'), verification.key('reading')]);
  return {
    publicKeys: { signing: signing.publicKey, encryption: encryption.publicKey },
    signing: await sealPrivate(signed, signing.privateKey, 'signing'),
    encryption: await sealPrivate(read, encryption.privateKey, 'encryption'),
  };
}

/** The key of one signature. No script can take it out, and nobody keeps it. */
export async function openSigningKey({ signing }: SealedKeys, verification: Verification): Promise<CryptoKey> {
  return openPrivate(await verification.key('signing'), signing, 'signing', SIGNING, ['sign']);
}

/** The key that the seed is sealed to. */
export function openEncryptionKey({ encryption }: SealedKeys, reading: CryptoKey): Promise<CryptoKey> {
  return openPrivate(reading, encryption, 'encryption', ENCRYPTION, ['deriveBits']);
}

/** Both pairs, for the enrolment. */
export async function openKeys(sealed: SealedKeys, verification: Verification): Promise<PhoneKeys> {
  const [signing, encryption] = await Promise.all([
    openSigningKey(sealed, verification),
    openEncryptionKey(sealed, await verification.key('reading')),
  ]);
  return {
    signing: { publicKey: sealed.publicKeys.signing, privateKey: signing },
    encryption: { publicKey: sealed.publicKeys.encryption, privateKey: encryption },
  };
}

async function sealPrivate(key: CryptoKey, privateKey: CryptoKey, place: string): Promise<Sealed> {
  const bytes = new Uint8Array(await crypto.subtle.exportKey('pkcs8', privateKey));
  const sealed = await seal(key, bytes, place);
  bytes.fill(0);
  return sealed;
}

async function openPrivate(
  key: CryptoKey,
  sealed: Sealed,
  place: string,
  algorithm: EcKeyImportParams,
  usages: KeyUsage[],
): Promise<CryptoKey> {
  const bytes = await open(key, sealed, place);
  const privateKey = await crypto.subtle.importKey('pkcs8', bytes, algorithm, false, usages);
  bytes.fill(0);
  return privateKey;
}
