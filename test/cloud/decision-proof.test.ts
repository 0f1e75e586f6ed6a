import { CompactSign } from 'jose';
import { type Authorization, createKeys } from '../../phone/protocol/index.ts';
import { type Company, loadCompanies, nth } from './support/company.ts';
import { type Answer, expectProblem, indistinct, patiently } from './support/http.ts';
import { type Administrator, approval, openAdministrator, openPhone, REJECTION } from './support/phone.ts';
import type { Change } from './support/shapes.ts';

let company: Company;
let administrator: Administrator;
let colleague: Administrator;
let stranger: Administrator;

beforeAll(async () => {
  const [own, other] = await loadCompanies('proof', [{ administrators: 2, secondaries: 3 }, { administrators: 1 }]);
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

const UNKNOWN = 'AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA';

describe('a forged decision', () => {
  const forgeries: [string, (parts: Parts, waiting: Authorization) => Promise<string> | string][] = [
    [
      'alters the reason',
      (p, w) => sign({ ...p, payload: { ...p.payload, challenge: { ...w.challenge, reason: 'OTHER' } } }),
    ],
    ['is signed by nobody (alg none)', (p) => `${base64url({ ...p.header, alg: 'none' })}.${base64url(p.payload)}.`],
    ['is signed by keys that are enrolled nowhere', async (p) => sign(p, (await createKeys()).signing.privateKey)],
    ['is by the device of a colleague', (p) => sign({ ...p, header: { ...p.header, kid: colleague.phone.deviceId } })],
    ['approves without a code', ({ header, payload: { bindingCode: _, ...payload } }) => sign({ header, payload })],
    ['is no JWS', () => 'not.a.jws'],
  ];

  it('is refused in one and the same way whatever it forges, tries nothing, and the honest one is taken, once', async () => {
    const { phone, web } = administrator;
    const { change, waiting } = await heldRelease(0);
    const parts = honest(change, waiting);
    const refusals = new Set<string>();
    for (const [what, forge] of forgeries) {
      const answer = await phone.post(change.changeId, await forge(parts, waiting));
      if (answer.status !== 403) throw new Error(`One that ${what}: ${answer.status} ${JSON.stringify(answer.body)}`);
      expectProblem(answer, 403, 'PROOF_REFUSED');
      refusals.add(JSON.stringify(indistinct(answer)));
    }
    expect(refusals.size).toBe(1);
    expect(await phone.waiting(change.changeId)).toEqual(waiting);

    const decisions = await Promise.all(Array.from({ length: 4 }, () => sign(parts)));
    const answers = await Promise.all(decisions.map((jws) => patiently(() => phone.post(change.changeId, jws))));
    expect(new Set(answers.map(({ status }) => status))).toEqual(new Set([200]));
    await web.until(change.changeId, 'APPLIED');
    const types = (await web.events(change.tokenId)).map(({ type }) => type);
    expect(types.filter((type) => type === 'CHANGE_AUTHORIZED' || type === 'CHANGE_APPLIED')).toEqual([
      'CHANGE_AUTHORIZED',
      'CHANGE_APPLIED',
    ]);
    const replayed = await phone.post(change.changeId, nth(decisions, 0));
    expect([replayed.status, replayed.body]).toEqual([200, { changeId: change.changeId, status: 'APPLIED' }]);
    expectProblem(await phone.post(change.changeId, await phone.sign(waiting, REJECTION)), 409, 'CHANGE_CLOSED', {
      change: { changeId: change.changeId, status: 'APPLIED' },
    });
  });
});

it('a decision of a colleague, of another company or over an unknown change finds nothing', async () => {
  const { change, waiting } = await heldRelease(1);
  const answers: Answer[] = [
    await colleague.phone.post(change.changeId, await colleague.phone.sign(waiting, approval(change))),
    await stranger.phone.post(change.changeId, await stranger.phone.sign(waiting, approval(change))),
    await administrator.phone.post(UNKNOWN, await administrator.phone.sign(waiting, approval(change))),
  ];
  for (const answer of answers) expectProblem(answer, 404, 'NOT_FOUND');
  expect(new Set(answers.map((answer) => JSON.stringify(indistinct(answer)))).size).toBe(1);
  expect((await administrator.web.change(change.changeId)).status).toBe('PENDING_AUTHORIZATION');
});

it('a wrong code is counted once, the third distinct one rejects the change, and later ones are too late', async () => {
  const { change, waiting } = await heldRelease(2);
  const { phone, web } = administrator;
  const colleagues = await colleague.web.change(change.changeId);
  expect([change.bindingCode, colleagues.bindingCode]).toEqual([expect.stringMatching(/^\d{6}$/), undefined]);
  /** The right code, moved on by so much. */
  const tell = async (by: number) => {
    const bindingCode = String((Number(change.bindingCode) + by) % 1_000_000).padStart(6, '0');
    return phone.post(change.changeId, await phone.sign(waiting, { decision: 'APPROVE', bindingCode }));
  };
  expectProblem(await tell(1), 403, 'BINDING_CODE_MISMATCH', { attemptsLeft: 2 });
  expectProblem(await tell(1), 403, 'BINDING_CODE_MISMATCH', { attemptsLeft: 2 });
  expectProblem(await tell(2), 403, 'BINDING_CODE_MISMATCH', { attemptsLeft: 1 });
  expect((await phone.waiting(change.changeId)).attemptsLeft).toBe(1);
  expectProblem(await tell(3), 403, 'BINDING_CODE_MISMATCH', { attemptsLeft: 0 });
  expect((await web.change(change.changeId)).outcome?.cause).toBe('WRONG_CODES');
  const closed = { change: { changeId: change.changeId, status: 'REJECTED' } };
  for (const by of [4, 0]) expectProblem(await tell(by), 409, 'CHANGE_CLOSED', closed);
  expect((await web.token(change.tokenId)).status).toBe('ACTIVE');
});
