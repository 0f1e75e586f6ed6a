import { CompactSign, exportJWK, generateKeyPair } from 'jose';
import * as z from 'zod/mini';
import { systemRandom } from '../../../shared/clock.ts';
import { type Device, type PublicJwk, publicJwkSchema } from '../../../shared/domain/device.ts';
import { ProblemError } from '../../../shared/errors.ts';
import { hashActivationCode, newActivationCode } from '../../../shared/security/activation-code.ts';
import { computeThumbprint, sentJwkSchema } from '../../../shared/security/device-key.ts';
import { verifyEnrolment } from '../../../shared/security/verify-enrolment.ts';
import { verifyPushToken } from '../../../shared/security/verify-push-token.ts';
import { later, NOW } from '../../fixtures.ts';

type Keys = Awaited<ReturnType<typeof generateKeyPair>>;

let keys: Keys;
let jwk: PublicJwk;

beforeAll(async () => {
  keys = await generateKeyPair('ES256', { extractable: true });
  jwk = publicJwkSchema.parse(await exportJWK(keys.publicKey));
});

async function sign(typ: string, payload: unknown, kid?: string): Promise<string> {
  return new CompactSign(new TextEncoder().encode(JSON.stringify(payload)))
    .setProtectedHeader({ alg: 'ES256', typ, ...(kid ? { kid } : {}) })
    .sign(keys.privateKey);
}

async function refusalCode(attempt: Promise<unknown>): Promise<unknown> {
  try {
    await attempt;
    return 'accepted';
  } catch (error) {
    if (!(error instanceof ProblemError)) throw error;
    return error.code;
  }
}

describe('a device key', () => {
  it('is taken as WebCrypto exports it, and reduced to what makes it', async () => {
    const exported = { ...jwk, key_ops: ['verify'], ext: true };
    expect(z.parse(sentJwkSchema, exported)).toEqual(jwk);
  });

  it('is refused with its private part, of another curve, or written in a second way', async () => {
    const last = jwk.x.at(-1) ?? 'A';
    const alphabet = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_';
    const sameBytes = jwk.x.slice(0, -1) + alphabet[alphabet.indexOf(last) + 1];
    expect(Buffer.from(sameBytes, 'base64url')).toEqual(Buffer.from(jwk.x, 'base64url'));
    for (const other of [
      { ...jwk, d: jwk.x },
      { ...jwk, crv: 'P-384' },
      { ...jwk, x: sameBytes },
      { ...jwk, x: `${jwk.x}=` },
      { ...jwk, extra: 1 },
    ]) {
      expect(z.safeParse(sentJwkSchema, other).success).toBe(false);
    }
  });

  it('is refused off the curve, naming the field', async () => {
    const offCurve = { ...jwk, y: jwk.x };
    await expect(computeThumbprint(offCurve, 'signingKey')).rejects.toMatchObject({
      code: 'VALIDATION_FAILED',
      extensions: { errors: [{ path: 'signingKey' }] },
    });
    await expect(computeThumbprint(jwk, 'signingKey')).resolves.toMatch(/^[\w-]{43}$/);
  });
});

describe('the proof of an enrolment', () => {
  const claims = { sub: 'user', activationCode: 'AAAA', signingKeyThumbprint: 's', encryptionKeyThumbprint: 'e' };
  const payload = { aud: 'llavero/enrolment', ...claims, iat: 1 };
  const typ = 'device-enrolment+jwt';

  it('is accepted for exactly what it says', async () => {
    expect(await refusalCode(verifyEnrolment(await sign(typ, payload), jwk, claims))).toBe('accepted');
  });

  it('is accepted with the code written in another way than the body has it, and refused with another code', async () => {
    const written = { ...claims, activationCode: 'abcd–0123' };
    const proof = (activationCode: string) => sign(typ, { ...payload, activationCode });
    expect(await refusalCode(verifyEnrolment(await proof('ABCD-O123'), jwk, written))).toBe('accepted');
    expect(await refusalCode(verifyEnrolment(await proof('abcd–0123'), jwk, written))).toBe('accepted');
    expect(await refusalCode(verifyEnrolment(await proof('ABCD-0124'), jwk, written))).toBe('PROOF_REFUSED');
  });

  it.each(['sub', 'activationCode', 'signingKeyThumbprint', 'encryptionKeyThumbprint'] as const)(
    'is refused where its %s is another',
    async (member) => {
      const proof = await sign(typ, { ...payload, [member]: 'other' });
      expect(await refusalCode(verifyEnrolment(proof, jwk, claims))).toBe('PROOF_REFUSED');
    },
  );

  it('is refused as another type, for another audience, or by another key', async () => {
    const another = publicJwkSchema.parse(await exportJWK((await generateKeyPair('ES256')).publicKey));
    const wrong = [
      verifyEnrolment(await sign('push-token+jwt', payload), jwk, claims),
      verifyEnrolment(await sign(typ, { ...payload, aud: 'llavero/decision' }), jwk, claims),
      verifyEnrolment(await sign(typ, payload), another, claims),
    ];
    expect(await Promise.all(wrong.map(refusalCode))).toEqual(['PROOF_REFUSED', 'PROOF_REFUSED', 'PROOF_REFUSED']);
  });
});

describe('the proof of a push token', () => {
  const iat = NOW.getTime() / 1000;
  const payload = { iss: 'phone', sub: 'user', aud: 'llavero/push-token', iat, pushToken: 'token-1' };
  const aDevice = (overrides: Partial<Device> = {}): Device => ({
    deviceId: 'phone',
    userId: 'user',
    companyId: 'DEMO',
    tokenId: 't',
    name: 'Demo',
    platform: 'IOS',
    signingKey: jwk,
    encryptionKey: jwk,
    activationCodeHash: 'c',
    enrolledAt: later(-60).toISOString(),
    ...overrides,
  });
  const verify = async (altered: object, device = aDevice(), kid = 'phone') =>
    refusalCode(verifyPushToken(await sign('push-token+jwt', { ...payload, ...altered }, kid), device, 'token-1', NOW));

  it.each([0, 300, -300])('is accepted %d seconds from the server’s clock', async (offset) => {
    expect(await verify({ iat: iat + offset })).toBe('accepted');
  });

  it.each([301, -301])('is refused %d seconds from it', async (offset) => {
    expect(await verify({ iat: iat + offset })).toBe('PROOF_REFUSED');
  });

  it('is refused a second time, and accepted when it is later than the last', async () => {
    expect(await verify({}, aDevice({ pushTokenIat: iat }))).toBe('PROOF_REFUSED');
    expect(await verify({}, aDevice({ pushTokenIat: iat - 1 }))).toBe('accepted');
  });

  it('is refused for another token, user or phone, and from a retired phone', async () => {
    expect(await verify({ pushToken: 'token-2' })).toBe('PROOF_REFUSED');
    expect(await verify({ sub: 'other' })).toBe('PROOF_REFUSED');
    expect(await verify({ iss: 'other' })).toBe('PROOF_REFUSED');
    expect(await verify({}, aDevice(), 'other')).toBe('PROOF_REFUSED');
    expect(await verify({}, aDevice({ retiredAt: NOW.toISOString() }))).toBe('PROOF_REFUSED');
  });
});

describe('an activation code', () => {
  it('has 16 symbols of 32, in groups, and never twice the same', () => {
    const codes = Array.from({ length: 200 }, () => newActivationCode(systemRandom));
    for (const code of codes) expect(code).toMatch(/^([0-9A-HJKMNP-TV-Z]{4}-){3}[0-9A-HJKMNP-TV-Z]{4}$/);
    expect(new Set(codes).size).toBe(200);
  });

  it('is the same however it is typed, and another for another user', () => {
    const typed = [
      'ABCD-0123-EFGH-1111',
      'abcd 0123 efgh 1111',
      'ABCDO123EFGHIL1i',
      '“ABCD–0123—EFGH‐1111”.',
      "'abcd\u22120123\u00ADefgh\u200B1111', ",
      '\uFEFF«ABCD_0123/EFGH:1111»\n',
      'ＡＢＣＤ－０１２３－ｅｆｇｈ－１１１１',
      '(abcd)\u00A00123\u3000[efgh]\t*1111*',
    ];
    expect(new Set(typed.map((code) => hashActivationCode('user', code))).size).toBe(1);
    expect(hashActivationCode('user', 'ABCD')).not.toBe(hashActivationCode('other', 'ABCD'));
  });
});
