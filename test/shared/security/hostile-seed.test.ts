import {
  createCipheriv,
  createDecipheriv,
  createECDH,
  createHash,
  createPrivateKey,
  createPublicKey,
  diffieHellman,
  type KeyObject,
} from 'node:crypto';
import { p256 } from '@noble/curves/nist.js';
import { exportJWK, importJWK } from 'jose';
import { createKeys, openSeed } from '../../../phone/protocol/index.ts';
import { systemRandom } from '../../../shared/clock.ts';
import { publicJwkSchema } from '../../../shared/domain/device.ts';
import { deliverSeed, newSeed } from '../../../shared/security/seed-key.ts';
import { base64url, encodeInteger, offCurveKeys, xOfTwist } from './hostile-signatures.ts';

type PhoneKeys = Awaited<ReturnType<typeof createKeys>>;

const seed = newSeed(systemRandom);
const plaintext = { secret: seed.base32, algorithm: 'SHA1', digits: 6, period: 30 };
let keys: PhoneKeys;
let delivered: string;

beforeAll(async () => {
  keys = await createKeys({ extractable: true });
  delivered = await deliverSeed(seed, publicJwkSchema.parse(await exportJWK(keys.encryption.publicKey)));
});

const bytes = (part: string | undefined): Buffer => Buffer.from(part ?? '', 'base64url');

interface Parts {
  readonly header: string;
  readonly key: Buffer;
  readonly iv: Buffer;
  readonly ciphertext: Buffer;
  readonly tag: Buffer;
}

/** The five parts of a compact JWE (RFC 7516 section 3.1). */
function splitJwe(jwe: string): Parts {
  const [header = '', key, iv, ciphertext, tag] = jwe.split('.');
  return { header, key: bytes(key), iv: bytes(iv), ciphertext: bytes(ciphertext), tag: bytes(tag) };
}

function compact({ header, key, iv, ciphertext, tag }: Parts): string {
  return [header, ...[key, iv, ciphertext, tag].map(base64url)].join('.');
}

/** Concat KDF of one round, for a key of 256 bits (RFC 7518 section 4.6.2). */
function agreedKey(shared: Buffer, algorithm: string): Buffer {
  const length = (value: number) => encodeInteger(BigInt(value), 4);
  const info = [length(algorithm.length), Buffer.from(algorithm), length(0), length(0), length(256)];
  return createHash('sha256')
    .update(Buffer.concat([length(1), shared, ...info]))
    .digest();
}

const INTEGRITY = Buffer.alloc(8, 0xa6);

/** AES key wrap (RFC 3394) by Node's own cipher, beside the library that the service uses. */
function wrap(key: Buffer, wrapping: Buffer, integrity: Buffer = INTEGRITY): Buffer {
  const cipher = createCipheriv('aes256-wrap', wrapping, integrity);
  return Buffer.concat([cipher.update(key), cipher.final()]);
}

function unwrap(wrapped: Buffer, wrapping: Buffer): Buffer {
  const decipher = createDecipheriv('aes256-wrap', wrapping, INTEGRITY);
  return Buffer.concat([decipher.update(wrapped), decipher.final()]);
}

async function privateKey(): Promise<KeyObject> {
  return createPrivateKey({
    key: JSON.parse(JSON.stringify(await exportJWK(keys.encryption.privateKey))),
    format: 'jwk',
  });
}

/** The key and the text of a delivered seed, read without the library that made it. */
async function readIndependently(jwe: string) {
  const { header, key, iv, ciphertext, tag } = splitJwe(jwe);
  const { alg, enc, epk } = JSON.parse(bytes(header).toString());
  const publicKey = createPublicKey({ key: epk, format: 'jwk' });
  const wrapping = agreedKey(diffieHellman({ privateKey: await privateKey(), publicKey }), alg);
  const contentKey = unwrap(key, wrapping);
  const decipher = createDecipheriv('aes-256-gcm', contentKey, iv).setAAD(Buffer.from(header)).setAuthTag(tag);
  const text = Buffer.concat([decipher.update(ciphertext), decipher.final()]).toString();
  return { alg, enc, epk, text, contentKey, wrapping, iv };
}

interface Made {
  readonly header?: Record<string, unknown>;
  readonly text?: string;
  readonly integrity?: Buffer;
  readonly contentKey?: Buffer;
}

/** A seed sealed by hand for the phone, with what a hostile sender would change. */
async function sealByHand({
  header = {},
  text = JSON.stringify(plaintext),
  integrity,
  contentKey = Buffer.alloc(32, 7),
}: Made = {}) {
  const ephemeral = createECDH('prime256v1');
  ephemeral.generateKeys();
  const { x = '', y = '' } = await exportJWK(keys.encryption.publicKey);
  const shared = ephemeral.computeSecret(Buffer.concat([Buffer.from([4]), bytes(x), bytes(y)]));
  const point = ephemeral.getPublicKey();
  const epk = { kty: 'EC', crv: 'P-256', x: base64url(point.subarray(1, 33)), y: base64url(point.subarray(33)) };
  const head = base64url(JSON.stringify({ alg: 'ECDH-ES+A256KW', enc: 'A256GCM', epk, ...header }));
  const iv = Buffer.alloc(12, 9);
  const cipher = createCipheriv('aes-256-gcm', contentKey, iv).setAAD(Buffer.from(head));
  const ciphertext = Buffer.concat([cipher.update(text), cipher.final()]);
  const key = wrap(contentKey, agreedKey(shared, 'ECDH-ES+A256KW'), integrity);
  return { header: head, key, iv, ciphertext, tag: cipher.getAuthTag() };
}

const opened = (jwe: string) => openSeed(jwe, keys.encryption.privateKey);

describe('a delivered seed', () => {
  it('is read by another reader, in the algorithms of the contract and with nothing else in its header', async () => {
    const { text, alg, enc, epk } = await readIndependently(delivered);
    expect({ alg, enc, text: JSON.parse(text) }).toEqual({ alg: 'ECDH-ES+A256KW', enc: 'A256GCM', text: plaintext });
    expect(Object.keys(JSON.parse(bytes(splitJwe(delivered).header).toString())).sort()).toEqual(['alg', 'enc', 'epk']);
    expect(Object.keys(epk).sort()).toEqual(['crv', 'kty', 'x', 'y']);
  });

  it('has a key, an ephemeral point and a nonce of its own each time', async () => {
    const key = publicJwkSchema.parse(await exportJWK(keys.encryption.publicKey));
    const read = await Promise.all([1, 2, 3].map(async () => readIndependently(await deliverSeed(seed, key))));
    for (const pick of [
      ({ contentKey }: (typeof read)[number]) => contentKey.toString('hex'),
      ({ epk }: (typeof read)[number]) => epk.x,
      ({ iv }: (typeof read)[number]) => iv.toString('hex'),
    ]) {
      expect(new Set(read.map(pick)).size).toBe(3);
    }
  });

  it('is sealed to no key off the curve', async () => {
    const valid = publicJwkSchema.parse(await exportJWK(keys.encryption.publicKey));
    for (const { key } of offCurveKeys(valid)) await expect(deliverSeed(seed, key)).rejects.toThrow();
  });
});

describe('the phone', () => {
  it('opens what the service delivered, and what another hand sealed by the same rules', async () => {
    expect(await opened(delivered)).toEqual(plaintext);
    expect(await opened(compact(await sealByHand()))).toEqual(plaintext);
  });

  const flipped = (part: Buffer, index = 0) => Buffer.from(part).fill((part.at(index) ?? 0) ^ 1, index, index + 1);

  it.each<[string, (parts: Parts) => Partial<Parts>]>([
    ['a bit of the tag changed', ({ tag }) => ({ tag: flipped(tag) })],
    ['the tag cut to 12 bytes', ({ tag }) => ({ tag: tag.subarray(0, 12) })],
    ['the tag cut to 4 bytes', ({ tag }) => ({ tag: tag.subarray(0, 4) })],
    ['no tag', () => ({ tag: Buffer.alloc(0) })],
    ['a byte after the tag', ({ tag }) => ({ tag: Buffer.concat([tag, Buffer.alloc(1)]) })],
    ['a bit of the ciphertext changed', ({ ciphertext }) => ({ ciphertext: flipped(ciphertext, 5) })],
    ['the ciphertext cut', ({ ciphertext }) => ({ ciphertext: ciphertext.subarray(0, -1) })],
    ['no ciphertext', () => ({ ciphertext: Buffer.alloc(0) })],
    ['a bit of the nonce changed', ({ iv }) => ({ iv: flipped(iv) })],
    ['a nonce of 8 bytes', ({ iv }) => ({ iv: iv.subarray(0, 8) })],
    ['a nonce of 16 bytes', ({ iv }) => ({ iv: Buffer.concat([iv, Buffer.alloc(4)]) })],
    ['the first bit of the wrapped key changed', ({ key }) => ({ key: flipped(key) })],
    ['the last byte of the wrapped key changed', ({ key }) => ({ key: flipped(key, key.length - 1) })],
    ['the wrapped key cut by a block', ({ key }) => ({ key: key.subarray(0, -8) })],
    ['the wrapped key cut by a byte', ({ key }) => ({ key: key.subarray(0, -1) })],
    ['no wrapped key', () => ({ key: Buffer.alloc(0) })],
    ['a block after the wrapped key', ({ key }) => ({ key: Buffer.concat([key, Buffer.alloc(8)]) })],
    [
      'the blocks of the wrapped key exchanged',
      ({ key }) => ({ key: Buffer.concat([key.subarray(8), key.subarray(0, 8)]) }),
    ],
  ])('opens nothing with %s', async (_kind, alter) => {
    const parts = splitJwe(delivered);
    await expect(opened(compact(parts))).resolves.toEqual(plaintext);
    await expect(opened(compact({ ...parts, ...alter(parts) }))).rejects.toThrow();
  });

  it.each([
    ['another integrity value', { integrity: Buffer.alloc(8, 0xa5) }],
    ['an integrity value of zero', { integrity: Buffer.alloc(8) }],
    ['the integrity value of padded wrapping', { integrity: Buffer.from('a65959a600000020', 'hex') }],
  ])('opens no key that is wrapped with %s', async (_kind, made) => {
    await expect(opened(compact(await sealByHand(made)))).rejects.toThrow();
  });

  it.each([
    ['alg', 'ECDH-ES'],
    ['alg', 'ECDH-ES+A128KW'],
    ['alg', 'A256KW'],
    ['alg', 'dir'],
    ['alg', 'RSA1_5'],
    ['alg', 'PBES2-HS256+A128KW'],
    ['alg', 'none'],
    ['enc', 'A128GCM'],
    ['enc', 'A128CBC-HS256'],
    ['enc', 'A256CBC-HS512'],
    ['enc', 'none'],
  ])('opens nothing with the header’s %s of %j, and says that this is why', async (name, value) => {
    const refused = opened(compact(await sealByHand({ header: { [name]: value } })));
    await expect(refused).rejects.toMatchObject({ code: 'ERR_JOSE_ALG_NOT_ALLOWED' });
  });

  it.each([
    ['zip', 'DEF'],
    ['crit', ['zip']],
    ['apu', 'AA'],
    ['apv', 'AA'],
    ['epk', undefined],
    ['epk', {}],
  ])('opens nothing with the header’s %s of %j', async (name, value) => {
    await expect(opened(compact(await sealByHand({ header: { [name]: value } })))).rejects.toThrow();
  });

  it('computes no secret with an ephemeral point that is off the curve, on its twist, or of another curve', async () => {
    const valid = publicJwkSchema.parse(await exportJWK(keys.signing.publicKey));
    const x = xOfTwist();
    const points = [
      ...offCurveKeys(valid).map(({ key }) => key),
      { ...valid, x: base64url(encodeInteger(x)), y: base64url(encodeInteger(1n)) },
      { kty: 'EC', crv: 'P-384', x: valid.x, y: valid.y },
      { kty: 'OKP', crv: 'X25519', x: valid.x },
    ];
    for (const epk of points) await expect(opened(compact(await sealByHand({ header: { epk } })))).rejects.toThrow();
  });

  it('opens a seed with its own key alone', async () => {
    const other = await createKeys();
    await expect(openSeed(delivered, other.encryption.privateKey)).rejects.toThrow();
    const { d: _private, ...jwk } = await exportJWK(keys.encryption.privateKey);
    const scalar = base64url(encodeInteger(p256.Point.Fn.ORDER - 1n));
    await expect(importJWK({ ...jwk, d: scalar }, 'ECDH-ES+A256KW')).rejects.toThrow();
  });

  it.each([
    ['another algorithm', { ...plaintext, algorithm: 'SHA256' }],
    ['eight digits', { ...plaintext, digits: 8 }],
    ['a minute’s period', { ...plaintext, period: 60 }],
    ['a secret in small letters', { ...plaintext, secret: plaintext.secret.toLowerCase() }],
    ['no secret', { ...plaintext, secret: '' }],
  ])('takes no seed of %s', async (_kind, other) => {
    await expect(opened(compact(await sealByHand({ text: JSON.stringify(other) })))).rejects.toThrow();
  });
});
