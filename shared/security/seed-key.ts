import { DecryptCommand, EncryptCommand, InvalidCiphertextException, type KMSClient } from '@aws-sdk/client-kms';
import { CompactEncrypt, importJWK } from 'jose';
import { Secret } from 'otpauth';
import type { Random } from '../clock.ts';
import type { PublicJwk } from '../domain/device.ts';

/** Length of a seed in bytes: that of the HMAC's output, as RFC 4226 section 4 recommends. */
const SEED_BYTES = 20;

/** The token of a seed: authenticated by KMS, so that a sealed seed moved to another token does not open. */
interface SeedContext {
  readonly companyId: string;
  readonly tokenId: string;
}

/** Makes a new seed. */
export function newSeed(random: Random): Secret {
  return new Secret({ buffer: Uint8Array.from(random.bytes(SEED_BYTES)).buffer });
}

/** The KMS key that seals seeds. */
export class SeedKey {
  private readonly kms: Pick<KMSClient, 'send'>;
  private readonly keyArn: string;

  constructor(kms: Pick<KMSClient, 'send'>, keyArn: string) {
    this.kms = kms;
    this.keyArn = keyArn;
  }

  /** Seals a seed; base64. */
  async seal(seed: Secret, { companyId, tokenId }: SeedContext): Promise<string> {
    const { CiphertextBlob } = await this.kms.send(
      new EncryptCommand({ KeyId: this.keyArn, Plaintext: seed.bytes, EncryptionContext: { companyId, tokenId } }),
    );
    if (!CiphertextBlob) throw new Error('KMS gave no ciphertext');
    return Buffer.from(CiphertextBlob).toString('base64');
  }

  /** Opens a seed sealed for this token; throws where KMS refuses. */
  async open(sealed: string, { companyId, tokenId }: SeedContext): Promise<Secret> {
    const { Plaintext } = await this.kms.send(
      new DecryptCommand({
        KeyId: this.keyArn,
        CiphertextBlob: Buffer.from(sealed, 'base64'),
        EncryptionContext: { companyId, tokenId },
      }),
    );
    if (!Plaintext) throw new Error('KMS gave no plaintext');
    return new Secret({ buffer: Uint8Array.from(Plaintext).buffer });
  }

  /** Asks KMS to open what it never sealed, as for a seed; throws where KMS refuses for another reason than that. */
  async openDecoy(bytes: Uint8Array, context: SeedContext): Promise<Secret | undefined> {
    try {
      return await this.open(Buffer.from(bytes).toString('base64'), context);
    } catch (error) {
      // Where KMS opens nothing at all, the answer is as for a seed that it should have opened.
      if (error instanceof InvalidCiphertextException) return undefined;
      throw error;
    }
  }
}

/** The seed as a compact JWE that only the phone's encryption key opens (RFC 7516; RFC 7518 sections 4.6 and 5.3). */
export async function deliverSeed(seed: Secret, encryptionKey: PublicJwk): Promise<string> {
  const plaintext = JSON.stringify({ secret: seed.base32, algorithm: 'SHA1', digits: 6, period: 30 });
  return new CompactEncrypt(new TextEncoder().encode(plaintext))
    .setProtectedHeader({ alg: 'ECDH-ES+A256KW', enc: 'A256GCM' })
    .encrypt(await importJWK(encryptionKey, 'ECDH-ES+A256KW'));
}
