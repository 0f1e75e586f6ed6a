import { createHash } from 'node:crypto';
import { DisabledException } from '@aws-sdk/client-kms';
import { compactDecrypt, decodeProtectedHeader } from 'jose';
import { Secret } from 'otpauth';
import { createKeys, publicJwk } from '../../../phone/protocol/index.ts';
import { CursorKey } from '../../../shared/security/cursor-key.ts';
import { computeThumbprint } from '../../../shared/security/device-key.ts';
import { codeAt, matchStep } from '../../../shared/security/one-time-code.ts';
import { rescueBinding, stsUrl, unqualifiedArn } from '../../../shared/security/rescue-binding.ts';
import { deliverSeed, newSeed, SeedKey } from '../../../shared/security/seed-key.ts';
import { readPublicKey, SigningKey } from '../../../shared/security/signing-key.ts';
import { MemoryKeys } from '../../world/memory-keys.ts';
import { said } from '../../world/memory-service.ts';
import { SeededRandom } from '../../world/seeded-random.ts';
import { memoryWorld, sent } from '../../world/world.ts';

const REFUSED = {
  code: 'VALIDATION_FAILED',
  extensions: { errors: [{ path: 'cursor', message: expect.any(String) }] },
};
/** KMS that answers everything with nothing. */
const mute = { send: async () => ({}) } as never;

describe('the key of cursors', () => {
  const { cursorKey } = memoryWorld();
  const list = ['DEMO', 'GET /tokens', null];
  const position = { sk: 'TOKEN#1', sort: 'demo' };

  it('opens what it has sealed for this list, and for no other', async () => {
    const cursor = await cursorKey.seal(position, list);
    expect(await cursorKey.open(cursor, list)).toEqual(position);
    expect(cursor).toMatch(/^[\w-]+\.[\w-]{43}$/);
    await expect(cursorKey.open(cursor, ['OTRA', 'GET /tokens', null])).rejects.toMatchObject(REFUSED);
  });

  it('refuses every other text as the same problem', async () => {
    const [text = '', mac = ''] = (await cursorKey.seal(position, list)).split('.');
    const [last = ''] = mac.slice(-1);
    const stray = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_';
    const other = Buffer.from('{"sk":"TOKEN#2"}').toString('base64url');
    for (const cursor of [
      '',
      text,
      `.${mac}`,
      `${text}.`,
      `${text}.${mac}.`,
      `${text}.${mac}.more`,
      `${other}.${mac}`,
      `${text}.${mac.slice(0, -2)}`,
      `${text}.${mac}AA`,
      // The two low bits of the last character stand for nothing.
      `${text}.${mac.slice(0, -1)}${stray[stray.indexOf(last) + 1]}`,
    ]) {
      await expect(cursorKey.open(cursor, list)).rejects.toMatchObject(REFUSED);
    }
  });

  it('throws where KMS gives no MAC, or fails', async () => {
    await expect(new CursorKey(mute, 'cursor').seal(position, list)).rejects.toThrow('KMS gave no MAC');
    const error = new DisabledException(said('disabled'));
    const failing = { send: () => Promise.reject(error) } as never;
    await expect(new CursorKey(failing, 'cursor').open(await cursorKey.seal(position, list), list)).rejects.toBe(error);
  });
});

describe('the key of seeds', () => {
  const context = { companyId: 'DEMO', tokenId: 'token-holder' };
  const { seedKey } = memoryWorld();

  it('opens a seed of 160 random bits for the token that it was sealed for', async () => {
    const seed = newSeed(new SeededRandom(1));
    expect(seed.bytes).toHaveLength(20);
    expect(newSeed(new SeededRandom(2)).base32).not.toBe(seed.base32);
    const sealed = await seedKey.seal(seed, context);
    expect((await seedKey.open(sealed, context)).base32).toBe(seed.base32);
    for (const other of [
      { ...context, tokenId: 'token-admin' },
      { ...context, companyId: 'OTRA' },
    ]) {
      await expect(seedKey.open(sealed, other)).rejects.toThrow();
    }
  });

  it('opens no decoy, which costs the same call of KMS', async () => {
    const world = memoryWorld();
    expect(await world.seedKey.openDecoy(new Uint8Array(172), context)).toBeUndefined();
    expect(sent(world, 'Decrypt')).toHaveLength(1);
    world.services.keys.disabled.add('seed');
    await expect(world.seedKey.openDecoy(new Uint8Array(172), context)).rejects.toThrow(DisabledException);
  });

  it('throws where KMS gives nothing', async () => {
    const key = new SeedKey(mute, 'seed');
    await expect(key.seal(newSeed(new SeededRandom(1)), context)).rejects.toThrow('KMS gave no ciphertext');
    await expect(key.open('AAAA', context)).rejects.toThrow('KMS gave no plaintext');
  });

  it('delivers a seed to one phone, with how its codes are made', async () => {
    const { encryption } = await createKeys();
    const seed = Secret.fromBase32('JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP');
    const jwe = await deliverSeed(seed, await publicJwk(encryption.publicKey));
    const { plaintext } = await compactDecrypt(jwe, encryption.privateKey);
    expect(JSON.parse(new TextDecoder().decode(plaintext))).toEqual({
      secret: 'JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP',
      algorithm: 'SHA1',
      digits: 6,
      period: 30,
    });
    expect(decodeProtectedHeader(jwe)).toMatchObject({ alg: 'ECDH-ES+A256KW', enc: 'A256GCM' });
  });
});

describe('a signing key', () => {
  it('asks KMS for its public half once, and again after a failure', async () => {
    const keys = new MemoryKeys({ receipt: 'SIGN_VERIFY' });
    const asked: string[] = [];
    const kms = keys.client({ before: ({ operation }) => void asked.push(operation) });
    keys.disabled.add('receipt');
    const key = new SigningKey(kms, 'receipt');
    await expect(key.kid()).rejects.toThrow(DisabledException);
    keys.disabled.delete('receipt');
    const { kid } = await readPublicKey(kms, 'receipt');
    expect([await key.kid(), await key.kid()]).toEqual([kid, kid]);
    expect(asked).toEqual(['GetPublicKey', 'GetPublicKey', 'GetPublicKey']);
  });

  it('has KMS sign the digest', async () => {
    const world = memoryWorld();
    await world.receiptKey.sign({ a: 1 }, 'receipt');
    expect(sent(world, 'Sign')).toEqual([
      { KeyId: 'receipt', Message: expect.any(Uint8Array), MessageType: 'DIGEST', SigningAlgorithm: 'ECDSA_SHA_256' },
    ]);
  });

  it('throws where KMS gives nothing', async () => {
    await expect(readPublicKey(mute, 'receipt')).rejects.toThrow('KMS gave no public key');
    const { services } = memoryWorld();
    const kms = services.keys.client({});
    const half = {
      send: (command: { input: object }) => ('Message' in command.input ? {} : kms.send(command as never)),
    };
    await expect(new SigningKey(half as never, 'receipt').sign({}, 'receipt')).rejects.toThrow('KMS gave no signature');
  });
});

describe('a one-time code', () => {
  // RFC 6238 appendix B, SHA-1.
  const secret = Secret.fromLatin1('12345678901234567890');

  it.each([
    [59, '94287082'],
    [1_111_111_109, '07081804'],
    [2_000_000_000, '69279037'],
  ])('is that of RFC 6238 at %d', (seconds, code) => {
    expect(codeAt(secret, Math.floor(seconds / 30), 8)).toBe(code);
    expect(codeAt(secret, Math.floor(seconds / 30))).toBe(code.slice(2));
  });

  it('is of the step that gives it, and of none where it is another or of another length', () => {
    const code = codeAt(secret, 5);
    expect(matchStep(secret, code, [4, 5, 6])).toBe(5);
    expect(matchStep(secret, code, [6, 7, 8])).toBeUndefined();
    expect(matchStep(secret, code.slice(1), [4, 5, 6])).toBeUndefined();
    expect(matchStep(secret, `${code}0`, [4, 5, 6])).toBeUndefined();
  });
});

describe('the binding of a rescue', () => {
  const arn = 'arn:aws:lambda:us-east-1:000000000000:function:rescue';

  it('is of one function and one request', () => {
    const bindings = [rescueBinding(arn, { a: 1 }), rescueBinding(arn, { a: 2 }), rescueBinding(`${arn}2`, { a: 1 })];
    expect(new Set(bindings).size).toBe(3);
    // Written down: the command and the function of two releases must agree on it.
    const text = `{"audience":"${arn}","purpose":"llavero/rescue","request":{"a":1}}`;
    expect(bindings[0]).toBe(createHash('sha256').update(text).digest('hex'));
  });

  it('names the function without its version, and STS of its region or what stands for it', () => {
    expect(unqualifiedArn(`${arn}:live`)).toBe(arn);
    expect(unqualifiedArn(arn)).toBe(arn);
    expect(stsUrl(arn, undefined).href).toBe('https://sts.us-east-1.amazonaws.com/');
    expect(stsUrl(arn, 'http://127.0.0.1:4566').href).toBe('http://127.0.0.1:4566/');
  });
});

it('refuses a key that is no point of the curve, naming it', async () => {
  const key = { kty: 'EC', crv: 'P-256', x: 'A'.repeat(43), y: 'A'.repeat(43) } as const;
  await expect(computeThumbprint(key, 'signingKey')).rejects.toMatchObject({
    code: 'VALIDATION_FAILED',
    extensions: {
      errors: [{ path: 'signingKey', message: 'No es un punto de la curva P-256 · Not a point of P-256' }],
    },
  });
});
