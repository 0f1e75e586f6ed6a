import { randomUUID } from 'node:crypto';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { assumeRole, invoke } from '../../scripts/rescue/call-rescue.ts';
import { localStaff } from '../../scripts/rescue/local-staff.ts';
import { signIdentity } from '../../scripts/rescue/sign-identity.ts';
import { canonical } from '../../shared/domain/canonical.ts';
import { type Company, loadAgain, loadCompanies, nth } from './support/company.ts';
import { expectProblem } from './support/http.ts';
import { type Administrator, openAdministrator, openPhone } from './support/phone.ts';
import { cloudPort } from './support/port.ts';
import { mustRun, runScript } from './support/run.ts';
import {
  done,
  type RescueTargets,
  readRefusal,
  rescueTargets,
  type StaffMember,
  staffMember,
} from './support/staff.ts';

let targets: RescueTargets;
let ana: StaffMember;
let luis: StaffMember;
let alone: Company;
let pair: Company;
let only: Administrator;

const LOST = { action: 'RELEASE', reason: 'PHONE_LOST' } as const;

beforeAll(async () => {
  targets = await rescueTargets();
  [ana, luis] = await Promise.all([staffMember(targets), staffMember(targets)]);
  const loaded = await loadCompanies('rescue', [
    { administrators: 1 },
    { administrators: 2, policy: 'OTHER_ADMINISTRATOR' },
  ]);
  [alone, pair] = [nth(loaded, 0), nth(loaded, 1)];
  only = await openAdministrator(nth(alone.administrators, 0));
});

/** Returns the verifier's report on a receipt, offline and in English; fails if the receipt is not valid. */
async function verified(receipt: unknown): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'llavero-rescue-'));
  try {
    const [file, keys] = [join(folder, 'receipt.json'), join(folder, 'keys.json')];
    await writeFile(file, canonical(receipt));
    await mustRun('receipt-keys', ['--port', String(cloudPort()), '--out', keys]);
    return (await mustRun('verify-receipt', [file, '--key', keys, '--lang', 'en'])).stdout;
  } finally {
    await rm(folder, { recursive: true });
  }
}

describe('a company whose only administrator lost the phone', () => {
  it('gets it released by two persons of the bank, on the command line, and enrols the new one', async () => {
    const { web, phone } = only;
    // Named on the command line, each gets a new key: not those whom the other tests hold.
    const [first, second] = [`${ana.name}-one`, `${ana.name}-two`];
    const common = ['--user', web.person.username, '--action', 'RELEASE', '--port', String(cloudPort())];
    const proposed = await mustRun('rescue', ['propose', ...common, '--reason', 'PHONE_LOST', '--as', first]);
    const changeId = /change ([\w]{22})/.exec(proposed.stdout)?.[1] ?? '';
    expect(proposed.stdout).toMatch(/Another person confirms it/);

    expect(await web.change(changeId)).toMatchObject({
      status: 'PENDING_AUTHORIZATION',
      requestedBy: { fullName: first },
      authorization: { policy: 'BANK' },
    });
    expect(await phone.waitingNow()).toEqual([]);

    const confirm = ['confirm', ...common, '--change', changeId, '--as'];
    const same = await runScript('rescue', [...confirm, first]);
    expect([same.exitCode, same.stderr]).toEqual([1, expect.stringMatching(/^SECOND_PERSON_REQUIRED: .*\n$/)]);
    expect((await mustRun('rescue', [...confirm, second])).stdout).toMatch(/--activation-codes/);

    const applied = await web.until(changeId, 'APPLIED');
    expect(applied).toMatchObject({
      authorization: { policy: 'BANK', decidedBy: { fullName: second } },
      notification: { status: 'NOT_NEEDED' },
    });
    expect((await web.token(phone.tokenId)).status).toBe('RELEASED');
    expect((await web.events(phone.tokenId)).slice(-3)).toMatchObject([
      { type: 'CHANGE_REQUESTED', actor: { type: 'BANK', fullName: first }, details: { policy: 'BANK' } },
      {
        type: 'CHANGE_AUTHORIZED',
        actor: { type: 'BANK', fullName: second },
        details: { policy: 'BANK', proposedBy: first, confirmedBy: second },
      },
      { type: 'CHANGE_APPLIED', actor: { type: 'SYSTEM' }, details: { seedDestroyed: true } },
    ]);
    const receipt = await web.send('GET', `/changes/${changeId}/receipt`);
    expect(receipt).toMatchObject({
      status: 200,
      body: { device: null, decision: null, change: { authorization: { policy: 'BANK' } } },
    });
    expect(JSON.stringify([receipt.body, applied, await web.events(phone.tokenId)])).not.toContain('arn:');
    expect(await verified(receipt.body)).toMatch(/one person of the bank proposed it and another confirmed it/);

    const fresh = await openPhone(await loadAgain(web.person));
    expect((await web.token(phone.tokenId)).device?.deviceId).toBe(fresh.deviceId);
  });
});

describe('a rescue that is held', () => {
  it('is decided by no phone, cancelled by nobody, and goes on through a block', async () => {
    const [one, two] = [nth(pair.administrators, 0), nth(pair.administrators, 1)];
    const lost = await openAdministrator(one);
    const other = await openAdministrator(two);
    const { username } = one;
    const { changeId } = done(await ana.propose({ username, ...LOST }));
    expect([await lost.phone.waitingNow(), await other.phone.waitingNow()]).toEqual([[], []]);
    const forged = {
      changeId,
      challenge: {
        changeId,
        companyId: pair.companyId,
        tokenId: lost.phone.tokenId,
        holder: { userId: lost.phone.userId, fullName: one.fullName },
        ...LOST,
        note: null,
        requestedBy: { userId: 'AIDA', fullName: ana.name },
        createdAt: new Date().toISOString(),
        expiresAt: new Date().toISOString(),
        nonce: 'bm9uY2Utbm9uY2Utbm9uYw',
      },
      attemptsLeft: 3,
    };
    const decision = await other.phone.sign(forged, { decision: 'REJECT' });
    expectProblem(await other.phone.post(changeId, decision), 404, 'NOT_FOUND');

    await other.web.block(lost.phone.tokenId, { action: 'BLOCK', reason: 'SUSPECTED_FRAUD' });
    expect(await other.web.token(lost.phone.tokenId)).toMatchObject({
      status: 'BLOCKED',
      pendingChange: { changeId, status: 'PENDING_AUTHORIZATION' },
    });
    expect(await other.web.change(changeId)).toMatchObject({
      status: 'PENDING_AUTHORIZATION',
      authorization: { policy: 'BANK', decidable: true },
    });
    expectProblem(await other.web.cancel(changeId), 409, 'ACTION_NOT_AVAILABLE');
    expect(done(await luis.confirm({ username, action: 'RELEASE', changeId })).status).toBe('AUTHORIZED');
    const applied = await other.web.until(changeId, 'APPLIED');
    expect(applied.outcome).toMatchObject({ cause: 'APPROVED', by: { fullName: luis.name } });
    expect((await other.web.token(lost.phone.tokenId)).status).toBe('RELEASED');
  });
});

describe('whoever is not who they must be', () => {
  const request = () =>
    ({ operation: 'PROPOSE', username: only.web.person.username, ...LOST, note: null, key: randomUUID() }) as const;

  const proposerRole = () => assumeRole(targets.propose, ana.credentials);

  const denied = { name: expect.stringMatching(/AccessDenied/) };

  it('cannot call without the role, nor with the other one', async () => {
    const asked = request();
    const role = await proposerRole();
    const proof = await signIdentity(role, targets.propose, asked);
    await expect(invoke(targets.propose, { request: asked, proof }, ana.credentials)).rejects.toMatchObject(denied);
    await expect(invoke(targets.confirm, { request: asked, proof }, role)).rejects.toMatchObject(denied);
  });

  it('cannot name the role’s session after anybody else, nor assume it without the right to', async () => {
    await expect(assumeRole(targets.propose, ana.credentials, luis.name)).rejects.toMatchObject(denied);
    await expect(assumeRole(targets.propose, ana.credentials, 'llavero-rescue')).rejects.toMatchObject(denied);
    // A program's role is no person, whatever its session is called.
    const role = await proposerRole();
    await expect(assumeRole(targets.propose, role)).rejects.toMatchObject(denied);
    const without = await localStaff(targets.clientSettings, `${ana.name}-without`, [targets.confirm.roleArn]);
    await expect(assumeRole(targets.propose, without)).rejects.toMatchObject(denied);
  });

  it('does not count as the second person without the role, whoever lends them a session to call with', async () => {
    const { username } = nth(alone.administrators, 0);
    const { changeId } = done(await ana.propose({ username, ...LOST }));
    const asked = { operation: 'CONFIRM', username, action: 'RELEASE', changeId } as const;
    const accomplice = await localStaff(targets.clientSettings, `${ana.name}-accomplice`, []);
    const lent = await assumeRole(targets.confirm, ana.credentials);
    const byNobody = await signIdentity(accomplice, targets.confirm, asked);
    expect(readRefusal(await invoke(targets.confirm, { request: asked, proof: byNobody }, lent))).toBe('STAFF_REFUSED');
    const byProposer = await signIdentity(await assumeRole(targets.propose, luis.credentials), targets.confirm, asked);
    expect(readRefusal(await invoke(targets.confirm, { request: asked, proof: byProposer }, lent))).toBe(
      'STAFF_REFUSED',
    );
    // The same person in both roles is one person.
    expect(readRefusal(await ana.confirm({ username, action: 'RELEASE', changeId }))).toBe('SECOND_PERSON_REQUIRED');
    expect(done(await luis.confirm({ username, action: 'RELEASE', changeId })).status).toBe('AUTHORIZED');
  });

  it('is refused with an identity signed for another request or another function, or without the role', async () => {
    const role = await proposerRole();
    const asked = request();
    const proofs = await Promise.all([
      signIdentity(role, targets.propose, { ...asked, action: 'UNBLOCK' }),
      signIdentity(role, targets.confirm, asked),
      signIdentity(ana.credentials, targets.propose, asked),
      signIdentity({ accessKeyId: 'test', secretAccessKey: 'test' }, targets.propose, asked),
    ]);
    // The header says what the function expects, but it is not what was signed.
    const [foreign, ...others] = proofs;
    const good = await signIdentity(role, targets.propose, asked);
    if (!foreign) throw new Error('A proof is needed');
    const grafted = { url: foreign.url, headers: good.headers };
    for (const proof of [foreign, ...others, grafted]) {
      expect(readRefusal(await invoke(targets.propose, { request: asked, proof }, role))).toBe('STAFF_REFUSED');
    }
  });
});
