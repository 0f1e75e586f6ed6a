import { createHmac, generateKeyPairSync, type KeyObject, sign as signWith } from 'node:crypto';
import { buildChallenge } from '../../../shared/domain/change.ts';
import type { Device } from '../../../shared/domain/device.ts';
import { activeDeviceId } from '../../../shared/domain/token.ts';
import { ProblemError } from '../../../shared/errors.ts';
import { computeThumbprint, sentJwkSchema } from '../../../shared/security/device-key.ts';
import { verifyDecision } from '../../../shared/security/verify-decision.ts';
import { verifyEnrolment } from '../../../shared/security/verify-enrolment.ts';
import { verifyPushToken } from '../../../shared/security/verify-push-token.ts';
import { aHeldChange, aToken, aUser, later, NOW } from '../../fixtures.ts';
import {
  base64url,
  bothSignatures,
  encodeInteger,
  FORGED_SIGNATURES,
  HostileSigner,
  offCurveKeys,
  PRIME,
  strayBits,
} from './hostile-signatures.ts';

const signer = new HostileSigner();
const caller = aUser();
const change = aHeldChange();
const device: Device = {
  deviceId: 'phone-9',
  userId: caller.userId,
  companyId: caller.companyId,
  tokenId: caller.tokenId,
  name: 'Demo',
  platform: 'IOS',
  signingKey: signer.jwk,
  encryptionKey: signer.jwk,
  activationCodeHash: 'c',
  enrolledAt: later(-60).toISOString(),
};
const callerToken = aToken({
  tokenId: caller.tokenId,
  device: { deviceId: 'phone-9', name: 'Demo', platform: 'IOS', enrolledAt: later(-60).toISOString() },
});
const iat = NOW.getTime() / 1000;
const claims = { sub: caller.userId, activationCode: 'AAAA', signingKeyThumbprint: 's', encryptionKeyThumbprint: 'e' };

/** One of the three proofs that a phone sends: what it says when it is good, and who judges it. */
interface Proof {
  readonly name: string;
  readonly header: Record<string, unknown>;
  readonly payload: Record<string, unknown>;
  readonly judge: (jws: string, key?: Device['signingKey']) => Promise<unknown>;
}

const PROOFS: readonly Proof[] = [
  {
    name: 'a decision',
    header: { alg: 'ES256', typ: 'token-change-decision+jwt', kid: 'phone-9' },
    payload: {
      iss: 'phone-9',
      sub: caller.userId,
      aud: 'llavero/decision',
      iat,
      decision: 'APPROVE',
      bindingCode: '123456',
      challenge: buildChallenge(change),
    },
    judge: (jws, signingKey = signer.jwk) =>
      verifyDecision(jws, {
        caller,
        device: { ...device, signingKey },
        activeDeviceId: activeDeviceId(callerToken),
        change,
        requireUserVerification: false,
      }),
  },
  {
    name: 'an enrolment',
    header: { alg: 'ES256', typ: 'device-enrolment+jwt' },
    payload: { aud: 'llavero/enrolment', ...claims, iat },
    judge: (jws, signingKey = signer.jwk) => verifyEnrolment(jws, signingKey, claims),
  },
  {
    name: 'a push token',
    header: { alg: 'ES256', typ: 'push-token+jwt', kid: 'phone-9' },
    payload: { iss: 'phone-9', sub: caller.userId, aud: 'llavero/push-token', iat, pushToken: 'push-1' },
    judge: (jws, signingKey = signer.jwk) => verifyPushToken(jws, { ...device, signingKey }, 'push-1', NOW),
  },
];

const encoded = (value: unknown) => base64url(JSON.stringify(value));

/** A JWS of these two parts, as they are, with a good signature over them. */
function signed(header: string, payload: string): string {
  const input = `${header}.${payload}`;
  return `${input}.${base64url(bothSignatures(signer.sign(input)).low)}`;
}

async function outcome(judged: Promise<unknown>): Promise<unknown> {
  try {
    await judged;
    return 'accepted';
  } catch (error) {
    if (!(error instanceof ProblemError)) throw error;
    return { code: error.code, extensions: error.extensions };
  }
}

const REFUSED = { code: 'PROOF_REFUSED', extensions: {} };

describe.each(PROOFS)('$name', ({ header, payload, judge }) => {
  const head = encoded(header);
  const body = encoded(payload);
  const input = `${head}.${body}`;
  const judged = (jws: string) => outcome(judge(jws));

  it('is accepted as its own key signs it, with either of the two signatures', async () => {
    const { low, high } = bothSignatures(signer.sign(input));
    expect(await judged(`${input}.${base64url(low)}`)).toBe('accepted');
    // RFC 7515 leaves both; a decision is good once per change and nonce, whatever its bytes.
    expect(await judged(`${input}.${base64url(high)}`)).toBe('accepted');
  });

  it.each(FORGED_SIGNATURES)('is refused with a signature of $kind', async ({ alter }) => {
    expect(await judged(`${input}.${base64url(alter(signer.sign(input)))}`)).toEqual(REFUSED);
  });

  it('is refused without a signature, and with a good one of another text', async () => {
    expect(await judged(`${input}.`)).toEqual(REFUSED);
    expect(await judged(input)).toEqual(REFUSED);
    expect(await judged(`${input}.${base64url(bothSignatures(signer.sign(`${input} `)).low)}`)).toEqual(REFUSED);
  });

  it.each(offCurveKeys(signer.jwk))('is refused where the stored key is $kind', async ({ key }) => {
    expect(await outcome(judge(signed(head, body), key))).toEqual(REFUSED);
  });

  it.each([
    { alg: 'none', tag: () => Buffer.alloc(0) },
    { alg: 'None', tag: () => Buffer.alloc(0) },
    { alg: 'HS256', tag: (text: string) => hmac('sha256', text, Buffer.from(JSON.stringify(signer.jwk))) },
    { alg: 'HS256', tag: (text: string) => hmac('sha256', text, Buffer.from(signer.jwk.x, 'base64url')) },
    { alg: 'HS512', tag: (text: string) => hmac('sha512', text, Buffer.from(JSON.stringify(signer.jwk))) },
    { alg: 'ES384', tag: (text: string) => anotherKey('P-384', 'sha384', text) },
    { alg: 'ES256K', tag: (text: string) => anotherKey('secp256k1', 'sha256', text) },
    { alg: 'RS256', tag: (text: string) => signWith('sha256', Buffer.from(text), rsaKey()) },
    { alg: 'ES256', tag: (text: string) => anotherKey('secp256k1', 'sha256', text) },
    { alg: 'es256', tag: (text: string) => bothSignatures(signer.sign(text)).low },
    { alg: 'ES512', tag: (text: string) => bothSignatures(signer.sign(text)).low },
    { alg: ['ES256'], tag: (text: string) => bothSignatures(signer.sign(text)).low },
    { alg: undefined, tag: (text: string) => bothSignatures(signer.sign(text)).low },
  ])('is refused with the algorithm $alg', async ({ alg, tag }) => {
    const text = `${encoded({ ...header, alg })}.${body}`;
    expect(await judged(`${text}.${base64url(tag(text))}`)).toEqual(REFUSED);
  });

  it.each([
    ['crit', ['exp']],
    ['crit', []],
    ['b64', true],
    ['b64', false],
    ['zip', 'DEF'],
    ['jwk', signer.jwk],
    ['jku', 'https://keys.example.com'],
    ['x5u', 'https://keys.example.com'],
    ['x5c', ['AA']],
    ['x5t', 'AA'],
    ['cty', 'JWT'],
    ['enc', 'A256GCM'],
    ['iss', 'phone-9'],
  ])('is refused with the header member %s of %j', async (name, value) => {
    expect(await judged(signed(encoded({ ...header, [name]: value }), body))).toEqual(REFUSED);
  });

  it('is refused unencoded with `b64: false`', async () => {
    const unencoded = encoded({ ...header, b64: false, crit: ['b64'] });
    expect(await judged(signed(unencoded, JSON.stringify(payload)))).toEqual(REFUSED);
  });

  it.each([
    ['the header', (text: string) => [text, body] as const, header],
    ['the payload', (text: string) => [head, text] as const, payload],
  ])('has in %s one text of JSON, without a byte order mark and with no member twice', async (_part, parts, value) => {
    const text = JSON.stringify(value);
    const [[name, first] = ['', '']] = Object.entries(value);
    const rest = text.slice(1);
    const outcomes = await Promise.all(
      [
        text,
        `\u{feff}${text}`,
        `{${JSON.stringify(name)}:${JSON.stringify(first)},${rest}`,
        `{${JSON.stringify(name)}:"other",${rest}`,
        `{"__proto__":{},${rest}`,
        `${text}{}`,
        text.slice(0, -1),
        '[]',
        'null',
      ].map((altered) => judged(signed(...parts(base64url(altered))))),
    );
    expect(outcomes).toEqual(['accepted', ...Array.from({ length: 8 }, () => REFUSED)]);
  });

  it('is refused where a part is no UTF-8', async () => {
    const bytes = Buffer.concat([Buffer.from(JSON.stringify(payload)), Buffer.from([0xff])]);
    expect(await judged(signed(head, base64url(bytes)))).toEqual(REFUSED);
  });

  it.each([
    ['the header', 0],
    ['the payload', 1],
    ['the signature', 2],
  ])(
    'has one form of base64url in %s: no padding, no stray bits, no other alphabet, no blanks',
    async (_part, index) => {
      // Blanks after the JSON, so that the header and payload end in an incomplete group, whose last character has bits to spare.
      const [spareHead, spareBody] = [header, payload].map((value) => withSpareBits(JSON.stringify(value)));
      const parts = signed(spareHead ?? '', spareBody ?? '').split('.');
      const part = parts[index] ?? '';
      const alteredTo = (text: string) => {
        const altered = parts.with(index, text);
        // The signature is over the altered text itself, so that nothing but the form is wrong.
        return index === 2 ? altered.join('.') : signed(altered[0] ?? '', altered[1] ?? '');
      };
      expect(await judged(alteredTo(part))).toBe('accepted');
      for (const text of [
        strayBits(part),
        `${part}=`,
        `${part}==`,
        ` ${part}`,
        `${part}\n`,
        `${part.slice(0, 4)} ${part.slice(4)}`,
        `${part}A`,
        `${part.slice(0, -1)}+`,
        `${part}.`,
      ]) {
        expect({ text, outcome: await judged(alteredTo(text)) }).toEqual({ text, outcome: REFUSED });
      }
    },
  );

  it.each([2 ** 53, 1e300, '1767625200', null, [1]])('is refused with an `iat` of %p', async (wrong) => {
    expect(await judged(signed(head, encoded({ ...payload, iat: wrong })))).toEqual(REFUSED);
  });

  it('is refused in the JSON serialization, and with five parts', async () => {
    const [protectedHeader, part, signature] = signed(head, body).split('.');
    expect(await judged(JSON.stringify({ protected: protectedHeader, payload: part, signature }))).toEqual(REFUSED);
    expect(await judged(`${signed(head, body)}.AA.AA`)).toEqual(REFUSED);
  });
});

describe('a phone’s key', () => {
  it('is accepted as a point of P-256', async () => {
    expect(sentJwkSchema.safeParse(signer.jwk).success).toBe(true);
    await expect(computeThumbprint(signer.jwk, 'signingKey')).resolves.toMatch(/^[\w-]{43}$/);
  });

  it.each(offCurveKeys(signer.jwk))('is refused $kind', async ({ key }) => {
    expect(await outcome(computeThumbprint(key, 'signingKey'))).toMatchObject({
      code: 'VALIDATION_FAILED',
      extensions: { errors: [{ path: 'signingKey' }] },
    });
  });

  it.each([
    ['a coordinate without its leading zero', { x: base64url(Buffer.alloc(31, 1)) }],
    [
      'a coordinate with a zero more',
      { x: base64url(Buffer.concat([Buffer.alloc(1), Buffer.from(signer.jwk.x, 'base64url')])) },
    ],
    ['a coordinate plus the prime', { x: base64url(encodeInteger(PRIME + 2n ** 256n, 33)) }],
    ['an empty coordinate', { x: '' }],
    ['no y', { y: undefined }],
    ['another curve', { crv: 'secp256k1' }],
    ['the curve P-384', { crv: 'P-384' }],
    ['an Edwards curve', { kty: 'OKP', crv: 'Ed25519' }],
    ['the type of RSA', { kty: 'RSA' }],
    ['a symmetric key', { kty: 'oct', k: 'AA' }],
    ['its private half', { d: signer.jwk.x }],
  ])('is refused with %s', (_kind, altered) => {
    expect(sentJwkSchema.safeParse({ ...signer.jwk, ...altered }).success).toBe(false);
  });
});

function hmac(algorithm: string, text: string, key: Buffer): Buffer {
  return createHmac(algorithm, key).update(text).digest();
}

function anotherKey(namedCurve: string, algorithm: string, text: string): Buffer {
  const { privateKey } = generateKeyPairSync('ec', { namedCurve });
  return signWith(algorithm, Buffer.from(text), { key: privateKey, dsaEncoding: 'ieee-p1363' });
}

function rsaKey(): KeyObject {
  return generateKeyPairSync('rsa', { modulusLength: 2048 }).privateKey;
}

/** The text with blanks after it, until its base64url has bits to spare in its last character. */
function withSpareBits(text: string): string {
  return base64url(text.padEnd(text.length + ((4 - (Buffer.byteLength(text) % 3)) % 3 || 0)));
}
