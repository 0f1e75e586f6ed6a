import { DecryptCommand, EncryptCommand, KMSClient } from '@aws-sdk/client-kms';
import { CompactEncrypt, importJWK } from 'jose';
import { Secret } from 'otpauth';
import { clientSettings } from '../clients.ts';
import type { PublicJwk } from '../domain/device.ts';
import { requireEnv } from '../env.ts';

const SEED_KEY_ARN = requireEnv('SEED_KEY_ARN');
const kms = new KMSClient(clientSettings);

/** Length of a seed in bytes: that of the HMAC's output, as RFC 4226 section 4 recommends. */
const SEED_BYTES = 20;

/** Whose seed it is: authenticated by KMS, so that a sealed seed moved to another token does not open. */
interface SeedContext {
  readonly companyId: string;
  readonly tokenId: string;
}

function contextOf({ companyId, tokenId }: SeedContext): Record<string, string> {
  return { companyId, tokenId };
}

/** A new seed from the platform's CSPRNG. */
export function newSeed(): Secret {
  return new Secret({ size: SEED_BYTES });
}

/** Seals a seed with KMS; base64. */
export async function sealSeed(seed: Secret, context: SeedContext): Promise<string> {
  const { CiphertextBlob } = await kms.send(
    new EncryptCommand({ KeyId: SEED_KEY_ARN, Plaintext: seed.bytes, EncryptionContext: contextOf(context) }),
  );
  if (!CiphertextBlob) throw new Error('KMS gave no ciphertext');
  return Buffer.from(CiphertextBlob).toString('base64');
}

/** Opens a seed sealed for this token; throws where KMS refuses. */
export async function openSeed(sealed: string, context: SeedContext): Promise<Secret> {
  const { Plaintext } = await kms.send(
    new DecryptCommand({
      KeyId: SEED_KEY_ARN,
      CiphertextBlob: Buffer.from(sealed, 'base64'),
      EncryptionContext: contextOf(context),
    }),
  );
  if (!Plaintext) throw new Error('KMS gave no plaintext');
  return new Secret({ buffer: Uint8Array.from(Plaintext).buffer });
}

/** The seed as a compact JWE that only the phone's encryption key opens (RFC 7516; RFC 7518 sections 4.6 and 5.3). */
export async function deliverSeed(seed: Secret, encryptionKey: PublicJwk): Promise<string> {
  const plaintext = JSON.stringify({ secret: seed.base32, algorithm: 'SHA1', digits: 6, period: 30 });
  return new CompactEncrypt(new TextEncoder().encode(plaintext))
    .setProtectedHeader({ alg: 'ECDH-ES+A256KW', enc: 'A256GCM' })
    .encrypt(await importJWK(encryptionKey, 'ECDH-ES+A256KW'));
}
