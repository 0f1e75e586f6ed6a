import { CompactSign, calculateJwkThumbprint, exportJWK, SignJWT } from 'jose';
import { type Authorization, createKeys } from '../../phone/protocol/index.ts';
import { type Company, loadCompanies, nth } from './support/company.ts';
import { type Answer, expectProblem, indistinct, patiently } from './support/http.ts';
import { type Administrator, approval, openAdministrator, openPhone, REJECTION } from './support/phone.ts';
import type { Change } from './support/shapes.ts';
import { RELEASE } from './support/web.ts';

let company: Company;
let administrator: Administrator;
let colleague: Administrator;
let stranger: Administrator;

beforeAll(async () => {
  const [own, other] = await loadCompanies('proof', [{ administrators: 2, secondaries: 8 }, { administrators: 1 }]);
  if (!own || !other) throw new Error('Two companies are needed');
  company = own;
  [administrator, colleague, stranger] = await Promise.all([
    openAdministrator(nth(company.administrators, 0)),
    openAdministrator(nth(company.administrators, 1)),
    openAdministrator(nth(other.administrators, 0)),
  ]);
});

async function heldRelease(index: number): Promise<{ change: Change; waiting: Authorization; tokenId: string }> {
  const { tokenId } = await openPhone(nth(company.secondaries, index), administrator.web);
  const change = await administrator.web.hold(tokenId);
  return { change, waiting: await administrator.phone.waiting(change.changeId), tokenId };
}

/** The parts of a phone's decision, each of which a forger may replace. */
interface Parts {
  header: Record<string, unknown>;
  payload: Record<string, unknown>;
}

function honest(change: Change, waiting: Authorization): Parts {
  const { deviceId, userId } = administrator.phone;
  return {
    header: { alg: 'ES256', typ: 'token-change-decision+jwt', kid: deviceId },
    payload: {
      iss: deviceId,
      sub: userId,
      aud: 'llavero/decision',
      iat: Math.floor(Date.now() / 1000),
      decision: 'APPROVE',
      bindingCode: change.bindingCode,
      challenge: waiting.challenge,
    },
  };
}

function sign({ header, payload }: Parts, key = administrator.phone.keys.signing.privateKey): Promise<string> {
  return new CompactSign(new TextEncoder().encode(JSON.stringify(payload)))
    .setProtectedHeader({ alg: 'ES256', ...header })
    .sign(key);
}

const base64url = (value: unknown): string => Buffer.from(JSON.stringify(value)).toString('base64url');

/** One of the twelve bytes at the end of a signature is another. */
function spoil(jws: string): string {
  const position = jws.length - 12;
  return `${jws.slice(0, position)}${jws[position] === 'A' ? 'B' : 'A'}${jws.slice(position + 1)}`;
}

describe('a forged decision', () => {
  const forgeries: [string, (parts: Parts, waiting: Authorization) => Promise<string> | string][] = [
    [
      'alters the reason',
      (p, w) => sign({ ...p, payload: { ...p.payload, challenge: { ...w.challenge, reason: 'OTHER' } } }),
    ],
    [
      'alters the holder',
      (p, w) =>
        sign({ ...p, payload: { ...p.payload, challenge: { ...w.challenge, holder: w.challenge.requestedBy } } }),
    ],
    [
      'alters the nonce',
      (p, w) =>
        sign({ ...p, payload: { ...p.payload, challenge: { ...w.challenge, nonce: 'AAAAAAAAAAAAAAAAAAAAAA' } } }),
    ],
    [
      'adds to the challenge',
      (p, w) => sign({ ...p, payload: { ...p.payload, challenge: { ...w.challenge, extra: 1 } } }),
    ],
    [
      'leaves the note out',
      (p, w) => {
        const { note: _, ...challenge } = w.challenge;
        return sign({ ...p, payload: { ...p.payload, challenge } });
      },
    ],
    ['is signed by nobody (alg none)', (p) => `${base64url({ ...p.header, alg: 'none' })}.${base64url(p.payload)}.`],
    [
      'is signed with the public key as a secret (HS256)',
      async (p) => {
        const secret = new TextEncoder().encode(
          JSON.stringify(await exportJWK(administrator.phone.keys.signing.publicKey)),
        );
        return new SignJWT(p.payload).setProtectedHeader({ ...p.header, alg: 'HS256' }).sign(secret);
      },
    ],
    ['is signed by keys that are enrolled nowhere', async (p) => sign(p, (await createKeys()).signing.privateKey)],
    [
      'brings its own key in the header',
      async (p) => {
        const { signing } = await createKeys();
        const jwk = await exportJWK(signing.publicKey);
        return sign({ ...p, header: { ...p.header, jwk, kid: await calculateJwkThumbprint(jwk) } }, signing.privateKey);
      },
    ],
    ['has one header member too many', (p) => sign({ ...p, header: { ...p.header, cty: 'json' } })],
    ['has no kid', ({ header: { kid: _, ...header }, payload }) => sign({ header, payload })],
    ['has another typ', (p) => sign({ ...p, header: { ...p.header, typ: 'JWT' } })],
    ['has another audience', (p) => sign({ ...p, payload: { ...p.payload, aud: 'llavero/enrolment' } })],
    ['has another subject', (p) => sign({ ...p, payload: { ...p.payload, sub: colleague.phone.userId } })],
    ['has another issuer', (p) => sign({ ...p, payload: { ...p.payload, iss: colleague.phone.deviceId } })],
    ['names the device of a colleague', (p) => sign({ ...p, header: { ...p.header, kid: colleague.phone.deviceId } })],
    ['is signed by the device of a colleague', (p) => sign(p, colleague.phone.keys.signing.privateKey)],
    ['decides neither way', (p) => sign({ ...p, payload: { ...p.payload, decision: 'LATER' } })],
    ['approves without a code', ({ header, payload: { bindingCode: _, ...payload } }) => sign({ header, payload })],
    ['has a spoiled signature', async (p) => spoil(await sign(p))],
    ['is no JWS', () => 'not.a.jws'],
  ];

  it('is refused in one and the same way whatever it forges, tries nothing, and the honest one is taken', async () => {
    const { change, waiting } = await heldRelease(0);
    const parts = honest(change, waiting);
    const refusals = new Set<string>();
    for (const [what, forge] of forgeries) {
      const answer = await administrator.phone.post(change.changeId, await forge(parts, waiting));
      if (answer.status !== 403) throw new Error(`One that ${what}: ${answer.status} ${JSON.stringify(answer.body)}`);
      expectProblem(answer, 403, 'PROOF_REFUSED');
      refusals.add(JSON.stringify(indistinct(answer)));
    }
    expect(refusals.size).toBe(1);
    expect(await administrator.phone.waiting(change.changeId)).toEqual(waiting);
    expect((await administrator.phone.post(change.changeId, await sign(parts))).status).toBe(200);
    await administrator.web.until(change.changeId, 'APPLIED');
  });
});

describe('a decision', () => {
  it('is taken with its members in any order: the canonical form is compared', async () => {
    const { change, waiting } = await heldRelease(1);
    const parts = honest(change, waiting);
    const challenge = Object.fromEntries(Object.entries(waiting.challenge).toReversed());
    const answer = await administrator.phone.post(
      change.changeId,
      await sign({ ...parts, payload: { ...parts.payload, challenge } }),
    );
    expect(answer.status).toBe(200);
  });

  it('is taken however wrong the clock of the phone is', async () => {
    const { change, waiting } = await heldRelease(2);
    const parts = honest(change, waiting);
    const answer = await administrator.phone.post(
      change.changeId,
      await sign({ ...parts, payload: { ...parts.payload, iat: 1 } }),
    );
    expect(answer.status).toBe(200);
  });

  it('sent again gives the status as it now is; another one is too late', async () => {
    const { change, waiting } = await heldRelease(3);
    const { phone, web } = administrator;
    const jws = await phone.sign(waiting, approval(change));
    expect((await phone.post(change.changeId, jws)).status).toBe(200);
    await web.until(change.changeId, 'APPLIED');
    const replayed = await phone.post(change.changeId, jws);
    expect({ status: replayed.status, body: replayed.body }).toEqual({
      status: 200,
      body: { changeId: change.changeId, status: 'APPLIED' },
    });
    expectProblem(await phone.post(change.changeId, await phone.sign(waiting, REJECTION)), 409, 'CHANGE_CLOSED', {
      change: { changeId: change.changeId, status: 'APPLIED' },
    });
    expect((await web.events(change.tokenId)).filter(({ type }) => type === 'CHANGE_AUTHORIZED')).toHaveLength(1);
  });

  it('counts once of twenty that come together', async () => {
    const { change, waiting } = await heldRelease(4);
    const { phone, web } = administrator;
    const decisions = await Promise.all(Array.from({ length: 20 }, () => phone.sign(waiting, approval(change))));
    const answers = await Promise.all(decisions.map((jws) => patiently(() => phone.post(change.changeId, jws))));
    expect(new Set(answers.map(({ status }) => status))).toEqual(new Set([200]));
    await web.until(change.changeId, 'APPLIED');
    const types = (await web.events(change.tokenId)).map(({ type }) => type);
    expect(types.filter((type) => type === 'CHANGE_AUTHORIZED' || type === 'CHANGE_APPLIED')).toEqual([
      'CHANGE_AUTHORIZED',
      'CHANGE_APPLIED',
    ]);
  });

  it('for one change is worth nothing for another', async () => {
    const [one, other] = await Promise.all([heldRelease(5), heldRelease(6)]);
    const { phone, web } = administrator;
    expectProblem(
      await phone.post(other.change.changeId, await phone.sign(one.waiting, approval(one.change))),
      403,
      'PROOF_REFUSED',
    );
    expect((await web.change(other.change.changeId)).status).toBe('PENDING_AUTHORIZATION');
  });

  it('of a colleague, of another company or over an unknown change finds nothing', async () => {
    const { change, waiting } = await heldRelease(7);
    const jws = await administrator.phone.sign(waiting, approval(change));
    const answers: Answer[] = [
      await colleague.phone.post(change.changeId, jws),
      await colleague.phone.post(change.changeId, await colleague.phone.sign(waiting, approval(change))),
      await stranger.phone.post(change.changeId, jws),
      await stranger.phone.post(change.changeId, await stranger.phone.sign(waiting, approval(change))),
      await administrator.phone.post('AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA', jws),
    ];
    for (const answer of answers) expectProblem(answer, 404, 'NOT_FOUND');
    expect(new Set(answers.map((answer) => JSON.stringify(indistinct(answer)))).size).toBe(1);
    expect((await administrator.web.change(change.changeId)).status).toBe('PENDING_AUTHORIZATION');
    expect((await administrator.web.ask(change.tokenId, RELEASE)).status).toBe(409);
  });
});
