import { CompactEncrypt, compactVerify, decodeProtectedHeader, exportJWK, importJWK } from 'jose';
import {
  type AppApi,
  type Authorization,
  answer,
  createKeys,
  currentCode,
  decide,
  enrolmentRequest,
  openSeed,
  publicJwk,
  RefusalError,
  signPushToken,
  thumbprint,
} from '../../phone/protocol/index.ts';
import { aChallenge, IAT, NOW, theKeys } from './fixtures.ts';

const SEED = { secret: 'GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ', algorithm: 'SHA1', digits: 6, period: 30 } as const;

describe('keys', () => {
  it('never leave the phone unless they are asked for as extractable', async () => {
    const { signing, encryption } = await theKeys();
    await expect(exportJWK(signing.privateKey)).rejects.toThrow(TypeError);
    await expect(exportJWK(encryption.privateKey)).rejects.toThrow(TypeError);
  });

  it('can be made extractable, for a phone that keeps them in a file', async () => {
    const { signing } = await createKeys({ extractable: true });
    expect(await exportJWK(signing.privateKey)).toEqual(expect.objectContaining({ kty: 'EC', d: expect.any(String) }));
  });

  it('show their curve and point and nothing else', async () => {
    const jwk = await publicJwk((await theKeys()).encryption.publicKey);
    expect(jwk).toEqual({ kty: 'EC', crv: 'P-256', x: expect.any(String), y: expect.any(String) });
  });
});

describe('enrolment', () => {
  const enrolment = {
    userId: 'user-1',
    activationCode: 'ABCD-EFGH',
    name: 'Demo phone',
    platform: 'ANDROID',
    pushToken: 'push-1',
  } as const;

  it('proves the signing key over the code, the caller and both thumbprints', async () => {
    const request = await enrolmentRequest(enrolment, await theKeys(), NOW);
    const { protectedHeader, payload } = await compactVerify(
      request.proof,
      await importJWK(request.signingKey, 'ES256'),
    );
    expect(protectedHeader).toEqual({ alg: 'ES256', typ: 'device-enrolment+jwt' });
    expect(JSON.parse(new TextDecoder().decode(payload))).toEqual({
      aud: 'llavero/enrolment',
      sub: 'user-1',
      activationCode: 'ABCD-EFGH',
      signingKeyThumbprint: await thumbprint(request.signingKey),
      encryptionKeyThumbprint: await thumbprint(request.encryptionKey),
      iat: IAT,
    });
  });

  it('sends what the contract names and not the user id, which the access token says', async () => {
    const request = await enrolmentRequest(enrolment, await theKeys(), NOW);
    expect(Object.keys(request).sort()).toEqual(
      ['activationCode', 'encryptionKey', 'name', 'platform', 'proof', 'pushToken', 'signingKey'].sort(),
    );
  });
});

describe('seed', () => {
  async function seal(seed: unknown, header = { alg: 'ECDH-ES+A256KW', enc: 'A256GCM' }) {
    const { encryption } = await theKeys();
    const key = await importJWK(await publicJwk(encryption.publicKey), header.alg);
    return new CompactEncrypt(new TextEncoder().encode(JSON.stringify(seed))).setProtectedHeader(header).encrypt(key);
  }

  it('opens with the phone it was sealed for', async () => {
    const { encryption } = await theKeys();
    expect(await openSeed(await seal(SEED), encryption.privateKey)).toEqual(SEED);
  });

  it('does not open with another phone', async () => {
    const { encryption } = await createKeys();
    await expect(openSeed(await seal(SEED), encryption.privateKey)).rejects.toThrow('decryption operation failed');
  });

  it.each([
    { alg: 'ECDH-ES', enc: 'A256GCM' },
    { alg: 'ECDH-ES+A256KW', enc: 'A128GCM' },
  ])('is refused when sealed by $alg with $enc', async (header) => {
    const { encryption } = await theKeys();
    await expect(openSeed(await seal(SEED, header), encryption.privateKey)).rejects.toThrow('not allowed');
  });

  it.each([
    { ...SEED, digits: 4 },
    { ...SEED, algorithm: 'MD5' },
    { ...SEED, secret: 'not base32!' },
  ])('is refused when it is not a seed of this service: %j', async (seed) => {
    const { encryption } = await theKeys();
    await expect(openSeed(await seal(seed), encryption.privateKey)).rejects.toThrow();
  });

  it.each([
    { seconds: 59, code: '287082', secondsLeft: 1 },
    { seconds: 1111111109, code: '081804', secondsLeft: 1 },
    { seconds: 1234567890, code: '005924', secondsLeft: 30 },
    { seconds: 20000000000, code: '353130', secondsLeft: 10 },
  ])('gives the code of RFC 6238 at $seconds s', ({ seconds, code, secondsLeft }) => {
    expect(currentCode(SEED, new Date(seconds * 1000))).toEqual({ code, secondsLeft });
  });
});

describe('decision', () => {
  async function signed(answer: Parameters<typeof decide>[1], challenge = aChallenge()) {
    const { signing } = await theKeys();
    const jws = await decide(
      challenge,
      answer,
      { deviceId: 'device-1', userId: 'user-1', signingKey: signing.privateKey },
      NOW,
    );
    const { payload } = await compactVerify(jws, signing.publicKey);
    return { header: decodeProtectedHeader(jws), payload: JSON.parse(new TextDecoder().decode(payload)) };
  }

  const header = { alg: 'ES256', typ: 'token-change-decision+jwt', kid: 'device-1' };
  const payload = { iss: 'device-1', sub: 'user-1', aud: 'llavero/decision', iat: IAT, challenge: aChallenge() };

  it('approves with the code that the web shows, over the whole challenge', async () => {
    expect(await signed({ decision: 'APPROVE', bindingCode: '012345' })).toEqual({
      header,
      payload: { ...payload, decision: 'APPROVE', bindingCode: '012345' },
    });
  });

  it('rejects without a code', async () => {
    expect(await signed({ decision: 'REJECT' })).toEqual({ header, payload: { ...payload, decision: 'REJECT' } });
  });

  it('keeps a note exactly as it came', async () => {
    const note = 'Año nuevo, "teléfono" nuevo 📱';
    expect((await signed({ decision: 'REJECT' }, aChallenge({ note }))).payload.challenge.note).toBe(note);
  });

  it.each(['', '12345', '1234567', '12345a', '１２３４５６'])(
    'does not sign an approval with the code "%s"',
    async (bindingCode) => {
      await expect(signed({ decision: 'APPROVE', bindingCode })).rejects.toThrow('six digits');
    },
  );
});

it('proves a new push token with the signing key', async () => {
  const { signing } = await theKeys();
  const signer = { deviceId: 'device-1', userId: 'user-1', signingKey: signing.privateKey };
  const { pushToken, proof } = await signPushToken('push-2', signer, NOW);
  const { protectedHeader, payload } = await compactVerify(proof, signing.publicKey);
  expect({ pushToken, protectedHeader, payload: JSON.parse(new TextDecoder().decode(payload)) }).toEqual({
    pushToken: 'push-2',
    protectedHeader: { alg: 'ES256', typ: 'push-token+jwt', kid: 'device-1' },
    payload: { iss: 'device-1', sub: 'user-1', aud: 'llavero/push-token', iat: IAT, pushToken: 'push-2' },
  });
});

describe('an answer to a waiting change', () => {
  const waiting: Authorization = { changeId: 'change-1', challenge: aChallenge(), attemptsLeft: 3 };

  /** Answers as told, one after another, and keeps what it was sent. */
  async function answeredWith(...outcomes: (Error | { changeId: string; status: string })[]) {
    const sent: string[] = [];
    const decide: AppApi['decide'] = async (_, jws) => {
      sent.push(jws);
      const outcome = outcomes[sent.length - 1] ?? new Error('Asked too often');
      if (outcome instanceof Error) throw outcome;
      return outcome;
    };
    const { signing } = await theKeys();
    const signer = { deviceId: 'device-1', userId: 'user-1', signingKey: signing.privateKey };
    const answered = await answer({ decide }, waiting, { decision: 'REJECT' }, signer).catch((error: unknown) => error);
    return { answered, sent };
  }

  it('is sent again, byte for byte, where no answer came', async () => {
    const rejected = { changeId: 'change-1', status: 'REJECTED' };
    const { answered, sent } = await answeredWith(new TypeError('fetch failed'), rejected);
    expect(answered).toEqual(rejected);
    expect(sent).toHaveLength(2);
    expect(new Set(sent).size).toBe(1);
  });

  it('is not sent again where the service refused it', async () => {
    const refusal = new RefusalError({ title: 'Closed', status: 409, code: 'CHANGE_CLOSED' });
    const { answered, sent } = await answeredWith(refusal);
    expect(answered).toBe(refusal);
    expect(sent).toHaveLength(1);
  });
});
