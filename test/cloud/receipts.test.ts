import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { calculateJwkThumbprint, exportJWK, generateKeyPair } from 'jose';
import { type Company, loadCompanies, nth } from './support/company.ts';
import { eventually } from './support/eventually.ts';
import { expectProblem } from './support/http.ts';
import { logText } from './support/logs.ts';
import { type Administrator, approval, openAdministrator, openPhone, REJECTION } from './support/phone.ts';
import { cloudPort } from './support/port.ts';
import { alterRecord } from './support/record.ts';
import { type Finished, mustRun, runScript } from './support/run.ts';
import { tokenSchema } from './support/shapes.ts';
import { stack } from './support/stack.ts';
import { listAll, openWeb, RELEASE, UNBLOCK, type Web } from './support/web.ts';

let company: Company;
let other: Company;
let administrator: Administrator;
let folder: string;
let keys: string;

beforeAll(async () => {
  [company, other] = (await loadCompanies('receipts', [
    { administrators: 1, secondaries: 5 },
    { administrators: 1 },
  ])) as [Company, Company];
  administrator = await openAdministrator(nth(company.administrators, 0));
  folder = await mkdtemp(join(tmpdir(), 'llavero-receipts-'));
  keys = join(folder, 'keys.json');
  await mustRun('receipt-keys', ['--port', String(cloudPort()), '--out', keys]);
});

afterAll(() => rm(folder, { recursive: true }));

const receiptPath = (changeId: string) => `/changes/${changeId}/receipt`;

/** The receipt's text, byte for byte. */
async function receiptText(web: Web, changeId: string): Promise<string> {
  const response = await fetch(`${stack().apiUrl}${receiptPath(changeId)}`, {
    headers: { authorization: `Bearer ${web.accessToken}` },
  });
  if (response.status !== 200) throw new Error(`Receipt: ${response.status}`);
  return response.text();
}

async function released(index: number): Promise<string> {
  const { web, phone } = administrator;
  const holder = await openPhone(nth(company.secondaries, index), web);
  const change = await web.hold(holder.tokenId, { ...RELEASE, note: 'Cambió de celular' });
  await phone.answer(change.changeId, approval(change));
  await web.until(change.changeId, 'APPLIED');
  return change.changeId;
}

async function verify(name: string, text: string, ...more: string[]): Promise<Finished> {
  const file = join(folder, name);
  await writeFile(file, text);
  return runScript('verify-receipt', [file, '--key', keys, ...more]);
}

describe('the receipt of a release', () => {
  it('verifies offline, in both languages, until anything in it is altered', async () => {
    const text = await receiptText(administrator.web, await released(0));
    const spanish = await verify('release.json', text);
    expect({ exitCode: spanish.exitCode, stderr: spanish.stderr }).toEqual({ exitCode: 0, stderr: '' });
    expect(spanish.stdout).toContain('VÁLIDO');
    expect(spanish.stdout).toContain('semilla destruida');
    const english = await verify('release.json', text, '--lang', 'en');
    expect(english.stdout).toContain('seed destroyed');
    expect(english.stdout).toContain('that this key approved exactly this challenge');

    const tampered = await verify('tampered.json', text.replace('PHONE_CHANGED', 'PHONE_STOLEN'));
    expect(tampered.exitCode).toBe(1);
    expect(tampered.stderr).toContain('SIGNATURE');
    expect((await verify('space.json', `${text}\n`)).exitCode).toBe(1);
  });

  it('keeps its proof when the phone that authorized it and the token have gone on', async () => {
    const { web } = administrator;
    const changeId = await released(1);
    const before = JSON.parse(await receiptText(web, changeId));
    expect(before.record.after).toBeNull();
    const again = await openPhone(nth(company.secondaries, 1), web);
    const text = await receiptText(web, changeId);
    const { record } = JSON.parse(text);
    expect(record.after).toEqual(expect.objectContaining({ previousHash: record.events.at(-1).hash }));
    expect(record.head.seq).toBeGreaterThan(before.record.head.seq);
    expect(again.tokenId).toBe(before.change.tokenId);
    expect((await verify('later.json', text)).exitCode).toBe(0);
  });

  it('is not believed by a key of its own, nor without any', async () => {
    const text = await receiptText(administrator.web, await released(2));
    const file = join(folder, 'unpinned.json');
    await writeFile(file, text);
    const without = await runScript('verify-receipt', [file]);
    expect({ exitCode: without.exitCode, lines: without.stderr.trim().split('\n').length }).toEqual({
      exitCode: 2,
      lines: 1,
    });
    const foreign = join(folder, 'foreign.json');
    const jwk = await exportJWK((await generateKeyPair('ES256', { extractable: true })).publicKey);
    const kid = await calculateJwkThumbprint(jwk);
    await writeFile(foreign, JSON.stringify({ keys: [{ ...jwk, kid, alg: 'ES256', use: 'sig' }] }));
    const strange = await runScript('verify-receipt', [file, '--key', foreign]);
    expect({ exitCode: strange.exitCode, stderr: strange.stderr }).toEqual({
      exitCode: 1,
      stderr: expect.stringContaining('SIGNATURE'),
    });
  });
});

describe('the receipts of the other actions', () => {
  it('verify for a block, which nobody signed, and for the unblock after it', async () => {
    const { web, phone } = administrator;
    const holder = await openPhone(nth(company.secondaries, 3), web);
    const block = await web.block(holder.tokenId);
    const blockText = await receiptText(web, block.changeId);
    expect(JSON.parse(blockText)).toEqual(expect.objectContaining({ challenge: null, decision: null, device: null }));
    expect((await verify('block.json', blockText)).exitCode).toBe(0);

    const held = await web.hold(holder.tokenId, UNBLOCK);
    expectProblem(await web.send('GET', receiptPath(held.changeId)), 409, 'CHANGE_NOT_APPLIED', {
      change: { changeId: held.changeId, status: 'PENDING_AUTHORIZATION' },
    });
    await phone.answer(held.changeId, approval(held));
    await web.until(held.changeId, 'APPLIED');
    expect((await verify('unblock.json', await receiptText(web, held.changeId))).exitCode).toBe(0);
  });
});

describe('a receipt is refused', () => {
  it('of a change that was not applied', async () => {
    const { web, phone } = administrator;
    const holder = await openPhone(nth(company.secondaries, 2), web);
    const change = await web.hold(holder.tokenId);
    await phone.answer(change.changeId, REJECTION);
    expectProblem(await web.send('GET', receiptPath(change.changeId)), 409, 'CHANGE_NOT_APPLIED', {
      change: { changeId: change.changeId, status: 'REJECTED' },
    });
  });

  it('where an event of its record was altered, and the log says so', async () => {
    const { web } = administrator;
    const holder = nth(company.secondaries, 4);
    const [token] = await listAll(web, `/tokens?q=${holder.username}&kind=VIRTUAL`, tokenSchema);
    if (!token) throw new Error('The holder has no token');
    const block = await web.block(token.tokenId);
    expect((await web.send('GET', receiptPath(block.changeId))).status).toBe(200);
    const since = Date.now();
    await alterRecord(company.companyId, token.tokenId);
    expectProblem(await web.send('GET', receiptPath(block.changeId)), 500, 'INTERNAL');
    const { text } = await eventually(
      () => logText(since),
      (log) => log.text.includes('no receipt of it is signed'),
    );
    expect(text).toMatch(
      new RegExp(`no receipt of it is signed.*${block.changeId}|${block.changeId}.*no receipt of it is signed`),
    );
  });

  it('to another company, as of a change that is not', async () => {
    const { web } = administrator;
    const changeId = (await web.block(phoneToken())).changeId;
    const stranger = await openWeb(nth(other.administrators, 0));
    expectProblem(await stranger.send('GET', receiptPath(changeId)), 404, 'NOT_FOUND');
    expectProblem(await web.send('GET', receiptPath('0'.repeat(64))), 404, 'NOT_FOUND');
  });
});

/** The administrator's own token: blocked last, for it authorizes the others. */
function phoneToken(): string {
  return administrator.phone.tokenId;
}
