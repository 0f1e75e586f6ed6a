import { generateKeyPairSync, type KeyObject } from 'node:crypto';
import { GetPublicKeyCommand, KMSClient, SignCommand } from '@aws-sdk/client-kms';
import { p256 } from '@noble/curves/nist.js';
import { mockClient } from 'aws-sdk-client-mock';
import { SigningKey } from '../shared/security/signing-key.ts';

/** A KMS with one P-256 key that signs digests, as KMS does: in DER, with the higher `s` as often as not. */
export class FakeSigningKey {
  readonly mock = mockClient(KMSClient);
  /** The key as the service has it. */
  readonly key = new SigningKey(new KMSClient({}), 'key');
  private readonly keys: { privateKey: KeyObject; publicKey: KeyObject } = generateKeyPairSync('ec', {
    namedCurve: 'P-256',
  });
  private high = false;

  constructor() {
    const { d = '' } = this.keys.privateKey.export({ format: 'jwk' });
    const PublicKey = this.keys.publicKey.export({ format: 'der', type: 'spki' });
    this.mock.on(GetPublicKeyCommand).resolves({ PublicKey });
    this.mock.on(SignCommand).callsFake(({ Message }: { Message: Uint8Array }) => {
      const compact = p256.sign(Message, Buffer.from(d, 'base64url'), { prehash: false, lowS: true });
      const { r, s } = p256.Signature.fromBytes(compact, 'compact');
      this.high = !this.high;
      const sent = new p256.Signature(r, this.high ? p256.Point.Fn.ORDER - s : s);
      return { Signature: sent.toBytes('der') };
    });
  }
}
