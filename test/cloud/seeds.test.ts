import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { paginateScan } from '@aws-sdk/lib-dynamodb';
import { canonical } from '../../shared/domain/canonical.ts';
import { aws } from './support/aws.ts';
import { type Company, loadCompany, nth } from './support/company.ts';
import { deployedFunctions } from './support/deployed-functions.ts';
import { expectProblem } from './support/http.ts';
import { type BankSystem, computeCode, openSystem } from './support/otp.ts';
import { type Administrator, approval, openAdministrator, openPhone, type Phone } from './support/phone.ts';
import { cloudPort } from './support/port.ts';
import { recordedWhile } from './support/recorded-while.ts';
import { mustRun, runScript } from './support/run.ts';
import { findSeed, loseSeed, seedKey } from './support/seeds.ts';
import { stack } from './support/stack.ts';

let company: Company;
let administrator: Administrator;
let system: BankSystem;

beforeAll(async () => {
  company = await loadCompany('seeds', { administrators: 1, secondaries: 7 });
  administrator = await openAdministrator(nth(company.administrators, 0));
  system = await openSystem();
});

const openPhoneNumber = (index: number) => openPhone(nth(company.secondaries, index), administrator.web);
const isGood = async (phone: Phone, steps = 0) =>
  Object((await system.verify(phone.userId, await computeCode(phone, steps))).body).valid;

async function release({ tokenId }: Phone): Promise<string> {
  const { web, phone } = administrator;
  const change = await web.hold(tokenId);
  await phone.answer(change.changeId, approval(change));
  await web.until(change.changeId, 'APPLIED');
  return change.changeId;
}

async function lastEvent({ tokenId }: Phone) {
  return (await administrator.web.events(tokenId)).at(-1);
}

it('a seed is in its own table alone, with its phone, until a release deletes it; a new phone has a new one', async () => {
  const phone = await openPhoneNumber(0);
  const seed = await findSeed(phone.tokenId);
  expect(seed).toEqual({ ...seedKey(phone.tokenId), deviceId: phone.deviceId, sealed: expect.any(String) });
  expect(await isGood(phone)).toBe(true);

  await release(phone);
  expect(await findSeed(phone.tokenId)).toBeUndefined();
  expect(await lastEvent(phone)).toMatchObject({ type: 'CHANGE_APPLIED', details: { seedDestroyed: true } });
  const pages = paginateScan({ client: aws.dynamodb() }, { TableName: stack().tableName });
  const table = JSON.stringify(await Array.fromAsync(pages, ({ Items }) => Items));
  expect(table).toContain(phone.tokenId);
  for (const secret of [phone.seed.secret, String(seed?.sealed)]) expect(table).not.toContain(secret);
  expect(await isGood(phone, 1)).toBe(false);

  const again = await openPhone({ ...phone.person, activationCode: undefined }, administrator.web);
  expect([await isGood(phone, 1), await isGood(again)]).toEqual([false, true]);
});

it('a code is good once, also when two arrive together, and not from the moment on that a block returns', async () => {
  const phone = await openPhoneNumber(1);
  const code = await computeCode(phone);
  const verify = async () => Object((await system.verify(phone.userId, code)).body).valid;
  expect((await Promise.all([verify(), verify()])).toSorted()).toEqual([false, true]);
  expect(await verify()).toBe(false);
  await administrator.web.block(phone.tokenId);
  expect(await isGood(phone, 1)).toBe(false);
});

it('five failures make a user rest, whoever they are, and nobody else', async () => {
  const [unknown, fresh] = [`nobody-${Date.now()}`, await openPhoneNumber(2)];
  for (let tries = 0; tries < 5; tries += 1) {
    expect((await system.verify(unknown, '123456')).body).toEqual({ valid: false });
  }
  const rests = await system.verify(unknown, '123456');
  expectProblem(rests, 429, 'TOO_MANY_REQUESTS');
  expect(Number(rests.headers.get('retry-after'))).toBeGreaterThan(290);
  expect(await isGood(fresh)).toBe(true);
});

it('nothing is a code of a token whose seed is lost; it can be released all the same, and its user enrols again', async () => {
  const phone = await openPhoneNumber(3);
  expect(await isGood(phone)).toBe(true);
  await loseSeed(phone.tokenId);
  expect(await isGood(phone, 1)).toBe(false);

  const changeId = await release(phone);
  expect(await lastEvent(phone)).toMatchObject({
    type: 'CHANGE_APPLIED',
    details: { from: 'ACTIVE', to: 'RELEASED', seedDestroyed: false },
  });
  expect(await receiptVerdict(changeId)).toMatchObject({
    exitCode: 0,
    stdout: expect.stringContaining('there was no seed'),
  });
  const again = await openPhone({ ...phone.person, activationCode: undefined }, administrator.web);
  expect(await isGood(again)).toBe(true);
});

async function receiptVerdict(changeId: string) {
  const folder = await mkdtemp(join(tmpdir(), 'receipt-'));
  try {
    const [receipt, keys] = [join(folder, 'receipt.json'), join(folder, 'keys.json')];
    const { body } = await administrator.web.send('GET', `/changes/${changeId}/receipt`);
    await writeFile(receipt, canonical(body));
    await mustRun('receipt-keys', ['--out', keys, '--port', String(cloudPort())]);
    return await runScript('verify-receipt', [receipt, '--key', keys, '--lang', 'en']);
  } finally {
    await rm(folder, { recursive: true });
  }
}

it('who verifies a code makes the same calls for a wrong code and a token blocked, released, lost or unknown', async () => {
  const [wrong, blocked] = [await openPhoneNumber(4), await openPhoneNumber(5)];
  await administrator.web.block(blocked.tokenId);
  const released = await openPhoneNumber(6);
  await release(released);
  const functions = await deployedFunctions();
  const keys = functions.find(({ folder }) => folder === 'verify-otp')?.accessKeyIds ?? [];
  const { calls } = await recordedWhile(async () => {
    const verify = async (userId: string, code: string) =>
      expect((await system.verify(userId, code)).body).toEqual({ valid: false });
    await verify(wrong.userId, await computeCode(wrong, -5));
    await verify(blocked.userId, await computeCode(blocked));
    await verify(released.userId, await computeCode(released));
    await verify('nobody-of-seeds', '123456');
    // A token’s id names no user, and finds no seed.
    await verify(wrong.tokenId, await computeCode(wrong));
    await loseSeed(wrong.tokenId);
    await verify(wrong.userId, await computeCode(wrong));
  });
  const made = calls.flatMap(({ service, operation, accessKeyId = '' }) =>
    keys.includes(accessKeyId) ? `${service}.${operation}` : [],
  );
  const each = ['dynamodb.BatchGetItem', 'dynamodb.BatchGetItem', 'kms.Decrypt', 'dynamodb.TransactWriteItems'];
  expect(made).toEqual(Array.from({ length: 6 }, () => each).flat());
});
