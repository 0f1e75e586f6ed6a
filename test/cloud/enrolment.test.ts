import { type CryptoKey, importJWK } from 'jose';
import { createKeys, enrolmentRequest, type KeyPair, type PhoneKeys, publicJwk } from '../../phone/protocol/index.ts';
import { type Company, loadCompany, nth } from './support/company.ts';
import { type Answer, expectProblem, indistinct, patiently } from './support/http.ts';
import {
  type Administrator,
  type App,
  approval,
  enrolPhone,
  openAdministrator,
  openApp,
  openPhone,
} from './support/phone.ts';
import { tokenSchema } from './support/shapes.ts';
import { listAll, RELEASE } from './support/web.ts';

let company: Company;
let administrator: Administrator;

beforeAll(async () => {
  company = await loadCompany('enrolment', { administrators: 2, secondaries: 6 });
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

/** The public key (x, −y), which has another thumbprint: its private key is the other's, but for the sign. */
async function negated({ publicKey }: KeyPair): Promise<CryptoKey> {
  const jwk = await publicJwk(publicKey);
  const y = P256_FIELD - BigInt(`0x${Buffer.from(jwk.y, 'base64url').toString('hex')}`);
  const other = { ...jwk, y: Buffer.from(y.toString(16).padStart(64, '0'), 'hex').toString('base64url') };
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
});

it('a lost answer is given again to the same code and keys, also to four who come together: one phone', async () => {
  const one = await app(1);
  const code = await administrator.web.activationCode(one.tokenId);
  const asked = await attempt(one, code);
  const answers = await Promise.all(Array.from({ length: 4 }, () => patiently(() => send(one, asked))));
  expect(new Set(answers.map(({ status, body }) => `${status} ${Object(body).deviceId}`)).size).toBe(1);
  expect(answers.map(({ status }) => status)).toContain(201);
  // The same seed, each in an envelope of its own.
  expect(new Set(answers.map(({ body }) => Object(body).seed)).size).toBe(answers.length);
  const enrolled = (await administrator.web.events(one.tokenId)).filter(({ type }) => type === 'TOKEN_ENROLLED');
  expect(enrolled).toHaveLength(1);
  expectProblem(await send(one, await attempt(one, code)), 409, 'DEVICE_ALREADY_ENROLLED');
});

describe('an activation code', () => {
  it("is refused when wrong, void, used or another user's, and never says which", async () => {
    const [one, other] = await Promise.all([app(2), app(3)]);
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

it('a key that any phone has, or had, is refused, and so is its negation', async () => {
  const enrolled = await openPhone(nth(company.secondaries, 4), administrator.web);
  await release(enrolled.tokenId);
  const one = await app(5);
  const code = await administrator.web.activationCode(one.tokenId);
  const { signing, encryption } = await createKeys();
  const other = { ...enrolled.keys.encryption, publicKey: await negated(enrolled.keys.encryption) };
  for (const keys of [
    { signing: enrolled.keys.signing, encryption },
    { signing, encryption: other },
  ]) {
    expectProblem(await send(one, await attempt(one, code, keys)), 409, 'KEY_ALREADY_BOUND');
  }
  expect((await enrolPhone(one, code)).tokenId).toBe(one.tokenId);
});

it('a proof by another key is refused', async () => {
  const one = await openApp(nth(company.administrators, 1));
  const { body } = await attempt(one, 'AAAA-AAAA-AAAA-AAAA');
  const signingKey = await publicJwk((await createKeys()).signing.publicKey);
  expectProblem(await one.send('POST', '/app/devices', { body: { ...body, signingKey } }), 403, 'PROOF_REFUSED');
});
