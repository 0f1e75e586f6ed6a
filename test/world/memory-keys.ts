import {
  createCipheriv,
  createDecipheriv,
  createHmac,
  createPrivateKey,
  createPublicKey,
  hkdfSync,
  type KeyObject,
  timingSafeEqual,
} from 'node:crypto';
import {
  DecryptCommand,
  DisabledException,
  EncryptCommand,
  GenerateMacCommand,
  GetPublicKeyCommand,
  InvalidCiphertextException,
  InvalidKeyUsageException,
  KMSClient,
  KMSInvalidMacException,
  NotFoundException,
  SignCommand,
  VerifyMacCommand,
} from '@aws-sdk/client-kms';
import { p256 } from '@noble/curves/nist.js';
import { type Hooks, MemoryService, said } from './memory-service.ts';

export type KeyUsage = 'ENCRYPT_DECRYPT' | 'SIGN_VERIFY' | 'GENERATE_VERIFY_MAC';

const TAG = 16;
const NONCE = 12;

/**
 * KMS in memory, with real ciphers: what is sealed in one context opens in no other, and signatures verify. All that
 * it makes follows from the keys' names and what it is given, so that a seed's story is the same each time.
 */
export class MemoryKeys {
  private readonly service: MemoryService;
  /** Keys that an administrator has disabled. */
  readonly disabled = new Set<string>();
  private readonly usages: Readonly<Record<string, KeyUsage>>;
  private sealed = 0;

  constructor(usages: Readonly<Record<string, KeyUsage>>) {
    this.usages = usages;
    this.service = new MemoryService('KMS')
      .on(EncryptCommand, ({ KeyId, Plaintext, EncryptionContext }) => {
        return {
          CiphertextBlob: this.encrypt(this.key(KeyId, 'ENCRYPT_DECRYPT'), Plaintext, EncryptionContext),
          KeyId,
        };
      })
      .on(DecryptCommand, ({ KeyId, CiphertextBlob, EncryptionContext }) => {
        return { Plaintext: decrypt(this.key(KeyId, 'ENCRYPT_DECRYPT'), CiphertextBlob, EncryptionContext), KeyId };
      })
      .on(GenerateMacCommand, ({ KeyId, Message }) => {
        return { Mac: mac(this.key(KeyId, 'GENERATE_VERIFY_MAC'), Message), KeyId };
      })
      .on(VerifyMacCommand, ({ KeyId, Message, Mac }) => {
        const expected = mac(this.key(KeyId, 'GENERATE_VERIFY_MAC'), Message);
        if (Mac?.length !== expected.length || !timingSafeEqual(Mac, expected)) {
          throw new KMSInvalidMacException(said('The MAC is not of this message'));
        }
        return { MacValid: true, KeyId };
      })
      .on(GetPublicKeyCommand, ({ KeyId }) => {
        const { publicKey } = keyPair(this.key(KeyId, 'SIGN_VERIFY'));
        return { PublicKey: new Uint8Array(publicKey.export({ format: 'der', type: 'spki' })), KeyId };
      })
      .on(SignCommand, ({ KeyId, Message, MessageType }) => {
        if (MessageType !== 'DIGEST' || Message?.length !== 32)
          throw new Error('Keys in memory sign SHA-256 digests alone');
        const { privateKey } = keyPair(this.key(KeyId, 'SIGN_VERIFY'));
        return { Signature: p256.sign(Message, privateKey, { prehash: false, lowS: false, format: 'der' }), KeyId };
      });
  }

  /** A client of this service; one made for an actor of a simulation has that actor's hooks. */
  client(hooks: Hooks = {}): KMSClient {
    return this.service.client(KMSClient, hooks);
  }

  private key(name: string | undefined, usage: KeyUsage): string {
    const its = this.usages[name ?? ''];
    if (name === undefined || its === undefined) throw new NotFoundException(said(`Key '${name}' does not exist`));
    if (its !== usage) throw new InvalidKeyUsageException(said(`${name} key usage is ${its}`));
    if (this.disabled.has(name)) throw new DisabledException(said(`${name} is disabled.`));
    return name;
  }

  /** AES-256-GCM with the encryption context as its additional data: nonce, ciphertext and tag. */
  private encrypt(name: string, plaintext: Uint8Array | undefined, context: Context): Uint8Array {
    const nonce = Buffer.alloc(NONCE);
    nonce.writeUInt32BE(++this.sealed);
    const cipher = createCipheriv('aes-256-gcm', derive(name, 'sealing', 32), nonce).setAAD(additional(context));
    return Buffer.concat([nonce, cipher.update(plaintext ?? new Uint8Array()), cipher.final(), cipher.getAuthTag()]);
  }
}

interface SigningPair {
  readonly privateKey: Uint8Array;
  readonly publicKey: KeyObject;
}

/** Made once for each name, from which alone they follow. */
const signing = new Map<string, SigningPair>();
const derived = new Map<string, Uint8Array>();

function keyPair(name: string): SigningPair {
  const known = signing.get(name);
  if (known) return known;
  const privateKey = p256.utils.randomSecretKey(derive(name, 'signing', 48));
  const { x, y } = coordinates(p256.getPublicKey(privateKey, false));
  const jwk = { kty: 'EC', crv: 'P-256', d: Buffer.from(privateKey).toString('base64url'), x, y };
  const pair = { privateKey, publicKey: createPublicKey(createPrivateKey({ key: jwk, format: 'jwk' })) };
  signing.set(name, pair);
  return pair;
}

type Context = Readonly<Record<string, string>> | undefined;

function decrypt(name: string, sealed: Uint8Array = new Uint8Array(), context: Context): Uint8Array {
  try {
    const bytes = Buffer.from(sealed);
    const decipher = createDecipheriv('aes-256-gcm', derive(name, 'sealing', 32), bytes.subarray(0, NONCE), {
      authTagLength: TAG,
    });
    decipher.setAAD(additional(context)).setAuthTag(bytes.subarray(-TAG));
    return new Uint8Array(Buffer.concat([decipher.update(bytes.subarray(NONCE, -TAG)), decipher.final()]));
  } catch {
    throw new InvalidCiphertextException(said('The ciphertext is not of this key and context'));
  }
}

function additional(context: Context = {}): Buffer {
  return Buffer.from(JSON.stringify(Object.entries(context).sort(([a], [b]) => (a < b ? -1 : 1))));
}

function mac(name: string, message: Uint8Array = new Uint8Array()): Buffer {
  return createHmac('sha256', derive(name, 'mac', 32))
    .update(message)
    .digest();
}

function derive(name: string, purpose: string, bytes: number): Uint8Array {
  const from = JSON.stringify([name, purpose, bytes]);
  const made = derived.get(from) ?? new Uint8Array(hkdfSync('sha256', name, 'llavero/test', purpose, bytes));
  derived.set(from, made);
  return made;
}

function coordinates(point: Uint8Array): { readonly x: string; readonly y: string } {
  const text = (bytes: Uint8Array) => Buffer.from(bytes).toString('base64url');
  return { x: text(point.slice(1, 33)), y: text(point.slice(33)) };
}
