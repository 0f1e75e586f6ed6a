import { randomBytes } from 'node:crypto';
import { type CryptoKey, calculateJwkThumbprint, importJWK, SignJWT } from 'jose';
import { createKeys, enrolmentRequest, type KeyPair, type PhoneKeys, publicJwk } from '../../phone/protocol/index.ts';
import { type Company, changeRole, loadCompany, nth } from './support/company.ts';
import { type Answer, expectProblem, indistinct, patiently } from './support/http.ts';
import {
  type Administrator,
  type App,
  approval,
  enrolPhone,
  openAdministrator,
  openApp,
  openPhone,
  type Phone,
} from './support/phone.ts';
import { tokenSchema } from './support/shapes.ts';
import { listAll, RELEASE } from './support/web.ts';

let company: Company;
let administrator: Administrator;

beforeAll(async () => {
  company = await loadCompany('enrolment', { administrators: 2, secondaries: 16 });
  administrator = await openAdministrator(nth(company.administrators, 0));
});

const app = (index: number): Promise<App> => openApp(nth(company.secondaries, index));

interface Attempt {
  readonly keys: PhoneKeys;
  readonly body: Record<string, unknown>;
}

/** The request that a phone would send, for a forger to alter. */
async function attempt({ userId }: App, activationCode: string, keys?: PhoneKeys): Promise<Attempt> {
  const used = keys ?? (await createKeys());
  const enrolment = {
    userId,
    activationCode,
    name: 'Celular Demo',
    platform: 'ANDROID',
    pushToken: `push-${userId}`,
  } as const;
  return { keys: used, body: { ...(await enrolmentRequest(enrolment, used)) } };
}

const send = ({ send: call }: App, { body }: Attempt): Promise<Answer> => call('POST', '/app/devices', { body });

const P256_FIELD = 0xffffffff00000001000000000000000000000000ffffffffffffffffffffffffn;

/** The public key (x, −y): its private key is the other's, but for the sign. */
async function negated({ publicKey }: KeyPair): Promise<CryptoKey> {
  const jwk = await publicJwk(publicKey);
  const y = P256_FIELD - BigInt(`0x${Buffer.from(jwk.y, 'base64url').toString('hex')}`);
  const other = { ...jwk, y: Buffer.from(y.toString(16).padStart(64, '0'), 'hex').toString('base64url') };
  expect(await calculateJwkThumbprint(other)).not.toBe(await calculateJwkThumbprint(jwk));
  const imported = await importJWK(other, 'ECDH-ES', { extractable: true });
  if (imported instanceof Uint8Array) throw new Error('Not a public key');
  return imported;
}

async function release(tokenId: string): Promise<void> {
  const { web, phone } = administrator;
  const change = await web.hold(tokenId, RELEASE);
  await phone.answer(change.changeId, approval(change));
  await web.until(change.changeId, 'APPLIED');
}

async function physicalStatus(phone: App): Promise<string | undefined> {
  const tokens = await listAll(administrator.web, '/tokens?kind=PHYSICAL', tokenSchema);
  return tokens.find(({ holder }) => holder.userId === phone.userId)?.status;
}

describe('a first enrolment', () => {
  it('makes the token active with that phone and disables the physical token for good', async () => {
    const { web } = administrator;
    const before = await app(0);
    expect(await before.api.me()).toEqual({
      user: {
        userId: before.userId,
        fullName: before.person.fullName,
        username: before.person.username,
        role: 'SECONDARY',
      },
      device: null,
      token: { tokenId: before.tokenId, status: 'PENDING_ENROLLMENT' },
      physicalToken: expect.objectContaining({ status: 'ENABLED' }),
      pendingChange: null,
      lastAccess: null,
    });
    expect(await physicalStatus(before)).toBe('ENABLED');

    const phone = await enrolPhone(before, await web.activationCode(before.tokenId));
    expect(phone.seed).toEqual({
      secret: expect.stringMatching(/^[A-Z2-7]{32,}$/),
      algorithm: 'SHA1',
      digits: 6,
      period: 30,
    });
    expect(phone.tokenId).toBe(before.tokenId);
    expect(await web.token(before.tokenId)).toEqual(
      expect.objectContaining({
        status: 'ACTIVE',
        device: { deviceId: phone.deviceId, name: 'Celular Demo', platform: 'ANDROID', enrolledAt: expect.any(String) },
        availableActions: ['RELEASE', 'BLOCK'],
      }),
    );
    expect((await before.api.me()).physicalToken).toEqual(expect.objectContaining({ status: 'DISABLED' }));
    expect(await physicalStatus(before)).toBe('DISABLED');

    await release(before.tokenId);
    expect(await physicalStatus(before)).toBe('DISABLED');
  });

  it('works on an iPhone as well', async () => {
    const one = await app(1);
    const code = await administrator.web.activationCode(one.tokenId);
    await expect(enrolPhone(one, code, { platform: 'IOS', pushToken: 'no-hexadecimal' })).rejects.toMatchObject({
      code: 'VALIDATION_FAILED',
    });
    await enrolPhone(one, code, { platform: 'IOS', pushToken: randomBytes(32).toString('hex') });
    expect((await administrator.web.token(one.tokenId)).device?.platform).toBe('IOS');
  });
});

describe('a lost answer', () => {
  it('is given again to the same code and keys: the same device and seed in a fresh envelope', async () => {
    const one = await app(2);
    const { keys, body } = await attempt(one, await administrator.web.activationCode(one.tokenId));
    const first = await one.send('POST', '/app/devices', { body });
    const second = await one.send('POST', '/app/devices', { body });
    expect([first.status, second.status]).toEqual([201, 201]);
    expect(second.body).toEqual({ ...Object(first.body), seed: expect.any(String) });
    expect(second.body).not.toEqual(first.body);
    const again = await enrolPhone(one, String(body.activationCode), { keys });
    expect(again.deviceId).toBe(Object(first.body).deviceId);
    const enrolled = (await administrator.web.events(one.tokenId)).filter(({ type }) => type === 'TOKEN_ENROLLED');
    expect(enrolled).toHaveLength(1);
  });

  it('makes one phone of ten that come together', async () => {
    const one = await app(3);
    const { body } = await attempt(one, await administrator.web.activationCode(one.tokenId));
    const answers = await Promise.all(
      Array.from({ length: 10 }, () => patiently(() => one.send('POST', '/app/devices', { body }))),
    );
    expect(answers.map(({ status }) => status)).toEqual(Array.from({ length: 10 }, () => 201));
    expect(new Set(answers.map((answer) => Object(answer.body).deviceId)).size).toBe(1);
  });

  it('is not given to other keys', async () => {
    const one = await app(4);
    const code = await administrator.web.activationCode(one.tokenId);
    await enrolPhone(one, code);
    expectProblem(await send(one, await attempt(one, code)), 409, 'DEVICE_ALREADY_ENROLLED');
  });
});

describe('an activation code', () => {
  it("is refused when wrong, void, used or another user's, and never says which", async () => {
    const [one, other] = await Promise.all([app(5), app(6)]);
    const { web } = administrator;
    const old = await web.activationCode(one.tokenId);
    const othersCode = await web.activationCode(other.tokenId);
    const current = await web.activationCode(one.tokenId);
    const answers = [
      await send(one, await attempt(one, '0000-0000-0000-0000')),
      await send(one, await attempt(one, old)),
      await send(one, await attempt(one, othersCode)),
    ];
    const phone = await enrolPhone(one, current);
    await release(phone.tokenId);
    answers.push(await send(one, await attempt(one, current)));
    for (const answer of answers) expectProblem(answer, 410, 'ACTIVATION_CODE_INVALID');
    expect(new Set(answers.map((answer) => JSON.stringify(indistinct(answer)))).size).toBe(1);
    expect((await enrolPhone(other, othersCode)).tokenId).toBe(other.tokenId);
  });

  it('is void after five wrong tries', async () => {
    const one = await app(7);
    const code = await administrator.web.activationCode(one.tokenId);
    for (let count = 0; count < 5; count++) {
      expectProblem(await send(one, await attempt(one, `WRONG-${count}`)), 410, 'ACTIVATION_CODE_INVALID');
    }
    expectProblem(await send(one, await attempt(one, code)), 410, 'ACTIVATION_CODE_INVALID');
    await enrolPhone(one, await administrator.web.activationCode(one.tokenId));
  });

  it('survives one wrong code sent five times, however it is written, and is read with anything between its symbols', async () => {
    const one = await app(13);
    const code = await administrator.web.activationCode(one.tokenId);
    for (const wrong of ['WRONG-CODE', 'wrong code', 'Wrong–Code.', 'WR0NG_C0DE', '"wrongcode"']) {
      expectProblem(await send(one, await attempt(one, wrong)), 410, 'ACTIVATION_CODE_INVALID');
    }
    const pasted = `“${code.toLowerCase().replaceAll('-', '–').replaceAll('1', 'l').replaceAll('0', 'o')}”.`;
    expect((await enrolPhone(one, pasted)).tokenId).toBe(one.tokenId);
  });

  it('is not made for a disabled user, and one made before does not work again once they are enabled', async () => {
    const { web } = administrator;
    const holder = nth(company.secondaries, 14);
    const one = await openApp(holder);
    const code = await web.activationCode(one.tokenId);
    await changeRole(holder, 'DISABLED');
    const path = `/tokens/${one.tokenId}/activation-codes`;
    expectProblem(await web.send('POST', path), 409, 'ACTION_NOT_AVAILABLE');
    await changeRole(holder, 'SECONDARY');
    const again = await openApp(holder);
    expectProblem(await send(again, await attempt(again, code)), 410, 'ACTIVATION_CODE_INVALID');
    expect((await enrolPhone(again, await web.activationCode(one.tokenId))).tokenId).toBe(one.tokenId);
  });

  it('is not made for an active token, and a block voids it', async () => {
    const { web } = administrator;
    const phone = await openPhone(nth(company.secondaries, 8), web);
    expectProblem(await web.send('POST', `/tokens/${phone.tokenId}/activation-codes`), 409, 'ACTION_NOT_AVAILABLE');

    const pending = await app(9);
    const code = await web.activationCode(pending.tokenId);
    await web.block(pending.tokenId);
    expectProblem(await send(pending, await attempt(pending, code)), 409, 'ACTION_NOT_AVAILABLE');
    expectProblem(await web.send('POST', `/tokens/${pending.tokenId}/activation-codes`), 409, 'ACTION_NOT_AVAILABLE');
    const unblock = await web.hold(pending.tokenId, { action: 'UNBLOCK', reason: 'FALSE_ALARM' });
    await administrator.phone.answer(unblock.changeId, approval(unblock));
    await web.until(unblock.changeId, 'APPLIED');
    expectProblem(await send(pending, await attempt(pending, code)), 410, 'ACTIVATION_CODE_INVALID');
  });

  it("for one's own token is another administrator's to make, unless one's own phone has just authorized the release", async () => {
    const own = await openAdministrator(nth(company.administrators, 1));
    const path = `/tokens/${own.phone.tokenId}/activation-codes`;
    expectProblem(await own.web.send('POST', path), 403, 'OWN_TOKEN');
    const change = await own.web.hold(own.phone.tokenId, { action: 'RELEASE', reason: 'PHONE_CHANGED' });
    const decision = await own.phone.sign(await own.phone.waiting(change.changeId), approval(change));
    expect((await own.phone.post(change.changeId, decision)).status).toBe(200);
    await own.web.until(change.changeId, 'APPLIED');
    const answer = await own.web.send('POST', path);
    expect({ status: answer.status, body: answer.body }).toEqual({
      status: 201,
      body: { activationCode: expect.any(String), expiresAt: expect.any(String) },
    });

    // The decision retired the very phone that signed it: its lost answer is still found.
    const again = await own.phone.post(change.changeId, decision);
    expect(again.body).toEqual({ changeId: change.changeId, status: 'APPLIED' });
  });
});

describe('a key', () => {
  let enrolled: Phone;
  beforeAll(async () => {
    enrolled = await openPhone(nth(company.secondaries, 10), administrator.web);
  });

  it('that any phone has, or had, is refused, in either place', async () => {
    const one = await app(11);
    const code = await administrator.web.activationCode(one.tokenId);
    const fresh = await createKeys();
    for (const keys of [
      { signing: enrolled.keys.signing, encryption: fresh.encryption },
      { signing: fresh.signing, encryption: enrolled.keys.encryption },
    ]) {
      expectProblem(await send(one, await attempt(one, code, keys)), 409, 'KEY_ALREADY_BOUND');
    }
    await release(enrolled.tokenId);
    expectProblem(await send(one, await attempt(one, code, enrolled.keys)), 409, 'KEY_ALREADY_BOUND');
    expect((await enrolPhone(one, code)).tokenId).toBe(one.tokenId);
  });

  it('is the same as its negation, which has another thumbprint', async () => {
    const one = await app(15);
    const code = await administrator.web.activationCode(one.tokenId);
    const { signing, encryption } = await createKeys();
    for (const other of [signing, enrolled.keys.encryption, enrolled.keys.signing]) {
      const keys = { signing, encryption: { ...other, publicKey: await negated(other) } };
      expectProblem(await send(one, await attempt(one, code, keys)), 409, 'KEY_ALREADY_BOUND');
    }
    const keys = { signing, encryption: { ...encryption, publicKey: await negated(encryption) } };
    expect((await send(one, await attempt(one, code, keys))).status).toBe(201);
  });

  it('that is to sign and to decrypt is refused', async () => {
    const one = await app(12);
    const code = await administrator.web.activationCode(one.tokenId);
    const { signing } = await createKeys();
    expectProblem(
      await send(one, await attempt(one, code, { signing, encryption: signing })),
      409,
      'KEY_ALREADY_BOUND',
    );
    await enrolPhone(one, code);
  });
});

describe('a proof', () => {
  it.each<[string, (body: Record<string, unknown>, mine: PhoneKeys, one: App) => Promise<Record<string, unknown>>]>([
    [
      'by another key',
      async (body) => ({ ...body, signingKey: await publicJwk((await createKeys()).signing.publicKey) }),
    ],
    [
      'over another encryption key',
      async (body) => ({ ...body, encryptionKey: await publicJwk((await createKeys()).encryption.publicKey) }),
    ],
    ['over another code', async (body) => ({ ...body, activationCode: '0000-0000-0000-0001' })],
    [
      'for another user',
      async (body, keys) => ({
        ...(await enrolmentRequest(
          {
            userId: 'someone-else',
            activationCode: String(body.activationCode),
            name: 'x',
            platform: 'IOS',
            pushToken: 'p',
          },
          keys,
        )),
      }),
    ],
    [
      'of another type',
      async (body, { signing }) => ({
        ...body,
        proof: await new SignJWT({ aud: 'llavero/enrolment' })
          .setProtectedHeader({ alg: 'ES256', typ: 'JWT' })
          .sign(signing.privateKey),
      }),
    ],
    ['that is no JWS', async (body) => ({ ...body, proof: 'a.b.c' })],
  ])('%s is refused, and no try of the code is counted', async (_, forge) => {
    const one = await openApp(nth(company.administrators, 1));
    const { keys, body } = await attempt(one, 'AAAA-AAAA-AAAA-AAAA');
    const answer = await one.send('POST', '/app/devices', { body: await forge(body, keys, one) });
    expectProblem(answer, 403, 'PROOF_REFUSED');
  });
});
