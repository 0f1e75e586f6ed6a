import { createPublicKey } from 'node:crypto';
import { GetPublicKeyCommand, type KMSClient, SignCommand } from '@aws-sdk/client-kms';
import { calculateJwkThumbprint } from 'jose';
import { type PublicJwk, publicJwkSchema } from '../domain/device.ts';
import { type Signed, signDocument } from './signed-document.ts';

/** A P-256 public key and its RFC 7638 thumbprint, by which signatures name it. */
export interface NamedKey {
  readonly kid: string;
  readonly key: PublicJwk;
}

/** Reads the public half of a P-256 signing key of KMS. */
export async function readPublicKey(kms: Pick<KMSClient, 'send'>, keyArn: string): Promise<NamedKey> {
  const { PublicKey } = await kms.send(new GetPublicKeyCommand({ KeyId: keyArn }));
  if (!PublicKey) throw new Error('KMS gave no public key');
  const spki = createPublicKey({ key: Buffer.from(PublicKey), format: 'der', type: 'spki' });
  const key = publicJwkSchema.parse(spki.export({ format: 'jwk' }));
  return { kid: await calculateJwkThumbprint(key), key };
}

/** A P-256 key that never leaves KMS. Its public half is asked for once. */
export class SigningKey {
  private readonly kms: Pick<KMSClient, 'send'>;
  private readonly keyArn: string;
  private named: Promise<NamedKey> | undefined;

  constructor(kms: Pick<KMSClient, 'send'>, keyArn: string) {
    this.kms = kms;
    this.keyArn = keyArn;
  }

  /** RFC 7638 thumbprint of the key. */
  async kid(): Promise<string> {
    this.named ??= readPublicKey(this.kms, this.keyArn).catch((error: unknown) => {
      this.named = undefined;
      throw error;
    });
    return (await this.named).kid;
  }

  /** Signs the canonical form of a document, as a document of this type. */
  async sign<T extends object>(document: T, typ: string): Promise<Signed<T>> {
    return signDocument(document, { kid: await this.kid(), typ, sign: (digest) => this.signDigest(digest) });
  }

  private async signDigest(digest: Uint8Array): Promise<Uint8Array> {
    const { Signature } = await this.kms.send(
      new SignCommand({
        KeyId: this.keyArn,
        Message: digest,
        MessageType: 'DIGEST',
        SigningAlgorithm: 'ECDSA_SHA_256',
      }),
    );
    if (!Signature) throw new Error('KMS gave no signature');
    return Signature;
  }
}
